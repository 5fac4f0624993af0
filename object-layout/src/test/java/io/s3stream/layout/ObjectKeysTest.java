package io.s3stream.layout;

import static io.s3stream.layout.Failures.assertCorrupted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.s3stream.api.errors.StreamException;
import io.s3stream.layout.ObjectKeys.DataKey;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectKeysTest {

    @Test
    void keyNamesItsWriter() {
        assertThat(ObjectKeys.parse(ObjectKeys.data(3, 17, 42))).isEqualTo(new DataKey(3, 17, 42));
        assertThat(ObjectKeys.parse(ObjectKeys.data(0, 0, 0))).isEqualTo(new DataKey(0, 0, 0));
        assertThat(ObjectKeys.parse(ObjectKeys.data(Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE)))
                .isEqualTo(new DataKey(Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE));
    }

    @Test
    void keyHashNeverChanges() {
        assertThat(ObjectKeys.data(0, 1, 0)).isEqualTo("data/ca/0-1-0");
        assertThat(ObjectKeys.data(3, 17, 42)).isEqualTo("data/61/3-17-42");
        assertThat(ObjectKeys.data(Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE))
                .isEqualTo("data/26/2147483647-9223372036854775807-9223372036854775807");
    }

    @Test
    void keysOfOneNodeSpreadOverAllPrefixes() {
        Set<String> prefixes = new HashSet<>();
        for (long counter = 0; counter < 4096; counter++) {
            prefixes.add(ObjectKeys.data(1, 1, counter).substring(0, 7));
        }
        assertThat(prefixes).hasSize(256);
    }

    @Test
    void negativePartMakesNoKey() {
        assertThatExceptionOfType(StreamException.class).isThrownBy(() -> ObjectKeys.data(-1, 0, 0));
        assertThatExceptionOfType(StreamException.class).isThrownBy(() -> ObjectKeys.data(0, -1, 0));
        assertThatExceptionOfType(StreamException.class).isThrownBy(() -> ObjectKeys.data(0, 0, -1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "data/",
                "data/61/3-17",
                "data/61/3-17-42-1",
                "data/61/3-17-42/",
                "data/CA/0-1-0",
                "data/00/3-17-42",
                "data/61/03-17-42",
                "data/61/3-17--42",
                "data/61/+3-17-42",
                "data/61/3-17-4２",
                "data/61/3-17-42\n",
                "/data/61/3-17-42",
                "wal/61/3-17-42",
                "data/61/2147483648-17-42",
                "data/61/3-9223372036854775808-42",
                "data/61/3-17-99999999999999999999999999999"
            })
    void keyDifferentFromItsPartsIsRefused(String key) {
        assertCorrupted(() -> ObjectKeys.parse(key)).withMessageContaining("object=" + key);
    }
}
