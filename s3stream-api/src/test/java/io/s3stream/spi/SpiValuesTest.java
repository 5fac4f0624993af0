package io.s3stream.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.wal.WalDescriptor;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpiValuesTest {

    @Test
    void emptyRangesAndNegativeStartsAreRefused() {
        assertThat(ByteRange.slice(0, 1)).isEqualTo(new ByteRange.Slice(0, 1));
        assertThat(ByteRange.suffix(1)).isEqualTo(new ByteRange.Suffix(1));
        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> ByteRange.slice(-1, 1));
        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> ByteRange.slice(0, 0));
        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> ByteRange.suffix(0));
    }

    @Test
    void generationPropertiesAreCopied() {
        Map<String, String> properties = new HashMap<>(Map.of("device", "8:1"));
        WalDescriptor descriptor =
                new WalDescriptor(URI.create("block:///d"), 1, 2, 512, 4096, 4, 16384, 1, properties);
        properties.clear();
        assertThat(descriptor.properties()).containsExactly(Map.entry("device", "8:1"));
    }
}
