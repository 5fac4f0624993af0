package io.s3stream.api.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.s3stream.api.errors.InvalidRequestException;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "4096, 4096",
        "17B, 17",
        "1K, 1024",
        "1kb, 1024",
        "64KiB, 65536",
        "' 10 MiB ', 10485760",
        "1g, 1073741824",
        "3TiB, 3298534883328",
        "8388607TiB, 9223370937343148032",
        "999999999999999999, 999999999999999999"
    })
    void sizesArePowersOf1024(String text, long bytes) {
        assertThat(Units.parseBytes(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "-1", "1.5GiB", "MiB", "0x10", "1 2", "1MiB2", "٣", "9999999999999999999"})
    void invalidSizeIsRefused(String text) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> Units.parseBytes(text))
                .withMessageContaining("'" + text + "' is not a size; write for example 64MiB");
    }

    @Test
    void unknownSizeUnitAndOverflowingSizeAreRefused() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> Units.parseBytes("1 parsec"))
                .withMessageContaining("unknown unit");
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> Units.parseBytes("8388608TiB"))
                .withMessageContaining("too large");
    }

    @Test
    void unitsAreIndependentOfLocale() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("tr"));
        try {
            assertThat(Units.parseBytes("1kib")).isEqualTo(1024);
            assertThat(Units.parseDuration("1MIN")).isEqualTo(Duration.ofMinutes(1));
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "250us, PT0.00025S",
        "500ms, PT0.5S",
        "10s, PT10S",
        "5m, PT5M",
        "5 min, PT5M",
        "1h, PT1H",
        "0ms, PT0S",
        "PT10S, PT10S",
        "' P1DT2H ', PT26H",
        "PT-1S, PT-1S"
    })
    void durationsHaveAUnitOrAreIso8601(String text, String duration) {
        assertThat(Units.parseDuration(text)).isEqualTo(Duration.parse(duration));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-5s", "1.5s", "PT", "10s5", "999999999999999999h", "999999999999999999us"})
    void invalidDurationIsRefused(String text) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> Units.parseDuration(text))
                .withMessageContaining("'" + text + "' is not a duration; write for example 500ms or 10s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "10 d", "10ns"})
    void durationWithoutKnownUnitIsRefused(String text) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> Units.parseDuration(text))
                .withMessageContaining("'" + text + "' needs a unit: us, ms, s, m or h");
    }
}
