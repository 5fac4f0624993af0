package io.s3stream.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.s3stream.api.errors.InvalidRequestException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreConfigTest {

    private static ThrowableAssertAlternative<InvalidRequestException> assertRefused(Map<String, String> options) {
        return assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> StoreConfig.fromMap(options))
                .withMessageStartingWith("bad configuration: ");
    }

    @Test
    void emptyMapGivesDefaults() {
        assertThat(StoreConfig.fromMap(Map.of())).isEqualTo(StoreConfig.defaults());
        assertThat(StoreConfig.defaults().memoryBytes()).isEqualTo(480L << 20);
    }

    @Test
    void everyComponentIsOptionOfThatName() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("writeCacheBytes", "1GiB");
        options.put("blockCacheBytes", "0");
        options.put("readBufferBytes", "65536");
        options.put("frameBytes", "1MiB");
        options.put("maxAppendBytes", "2MB");
        options.put("uploadThresholdBytes", "128m");
        options.put("uploadInterval", "PT1M30S");
        options.put("maxConcurrentUploads", "7");
        options.put("blockBytes", "512 KiB");
        options.put("streamObjectBytes", "8MiB");
        options.put("streamObjectMaxBytes", "2GiB");
        options.put("compactionEnabled", "false");
        options.put("compactionInterval", "1m");
        options.put("compactionBytesPerSecond", "10MiB");
        options.put("compactionBufferBytes", "48MiB");
        options.put("compactionFanout", "4");
        options.put("readAheadBytes", "0");
        options.put("joinedGetBytes", "2MiB");
        options.put("readThreads", "3");
        options.put("appendTimeout", "250ms");
        options.put("closeTimeout", "2m");
        options.put("walTimeout", "3s");
        options.put("idleFrameDelay", "1500us");
        options.put("deletionGrace", "5s");
        options.put("sweepInterval", "0s");
        options.put("heartbeatInterval", "2s");
        options.put("suspectAfter", "7s");
        assertThat(options.keySet())
                .containsExactlyElementsOf(Arrays.stream(StoreConfig.class.getRecordComponents())
                        .map(RecordComponent::getName)
                        .toList());

        StoreConfig built = StoreConfig.builder()
                .writeCacheBytes(1L << 30)
                .blockCacheBytes(0)
                .readBufferBytes(65536)
                .frameBytes(1 << 20)
                .maxAppendBytes(2 << 20)
                .uploadThresholdBytes(128L << 20)
                .uploadInterval(Duration.ofSeconds(90))
                .maxConcurrentUploads(7)
                .blockBytes(512 << 10)
                .streamObjectBytes(8L << 20)
                .streamObjectMaxBytes(2L << 30)
                .compactionEnabled(false)
                .compactionInterval(Duration.ofMinutes(1))
                .compactionBytesPerSecond(10L << 20)
                .compactionBufferBytes(48 << 20)
                .compactionFanout(4)
                .readAheadBytes(0)
                .joinedGetBytes(2 << 20)
                .readThreads(3)
                .appendTimeout(Duration.ofMillis(250))
                .closeTimeout(Duration.ofMinutes(2))
                .walTimeout(Duration.ofSeconds(3))
                .idleFrameDelay(Duration.ofNanos(1_500_000))
                .deletionGrace(Duration.ofSeconds(5))
                .sweepInterval(Duration.ZERO)
                .heartbeatInterval(Duration.ofSeconds(2))
                .suspectAfter(Duration.ofSeconds(7))
                .build();

        assertThat(StoreConfig.fromMap(options)).isEqualTo(built);
    }

    @Test
    void allProblemsAreReportedAtOnce() {
        assertRefused(Map.of(
                        "writeCacheBites", "1",
                        "blockBytes", "many",
                        "uploadInterval", "10",
                        "frameBytes", "1",
                        "maxConcurrentUploads", "3000000000",
                        "compactionEnabled", "maybe",
                        "closeTimeout", "0s"))
                .withMessageContaining("compactionEnabled=maybe: 'maybe' is neither true nor false")
                .withMessageContaining("unknown option writeCacheBites=1; known are [writeCacheBytes, blockCacheBytes")
                .withMessageContaining("blockBytes=many: 'many' is not a size")
                .withMessageContaining("uploadInterval=10: '10' needs a unit")
                .withMessageContaining("frameBytes=1: must be at least 4096")
                .withMessageContaining("maxConcurrentUploads=3000000000: must be at most 2147483647")
                .withMessageContaining("closeTimeout=PT0S: must be longer than zero");
    }

    @ParameterizedTest
    @CsvSource({
        "writeCacheBytes, 65535",
        "readBufferBytes, 65535",
        "frameBytes, 4095",
        "maxAppendBytes, 0",
        "uploadThresholdBytes, 4095",
        "maxConcurrentUploads, 0",
        "blockBytes, 1023",
        "streamObjectBytes, 4095",
        "compactionBytesPerSecond, 1023",
        "compactionBufferBytes, 41943039",
        "compactionFanout, 1",
        "compactionInterval, 0s",
        "streamObjectMaxBytes, 16777215",
        "uploadInterval, PT-1S",
        "appendTimeout, 0ms",
        "closeTimeout, PT0S",
        "idleFrameDelay, PT-0.1S",
        "deletionGrace, PT-0.1S",
        "sweepInterval, PT-1S"
    })
    void valueBelowMinimumIsNamed(String option, String value) {
        assertRefused(Map.of(option, value)).withMessageContaining(option + "=").withMessageContaining("must be");
    }

    @Test
    void largestBatchIsAtMostHalfOfWriteCache() {
        StoreConfig.builder().writeCacheBytes(1 << 20).maxAppendBytes(1 << 19).build();
        StoreConfig.builder()
                .writeCacheBytes(8L << 30)
                .maxAppendBytes(512 << 20)
                .build();
        for (String name : List.of("maxAppendBytes", "frameBytes", "blockBytes")) { // near 2 GiB, sizes would overflow
            assertRefused(Map.of("writeCacheBytes", "8GiB", name, "2147483647"))
                    .withMessageContaining(name + "=2147483647: must be at most 536870912");
        }
        assertRefused(Map.of("writeCacheBytes", "1MiB", "maxAppendBytes", "524289"))
                .withMessageContaining("must be at most half of writeCacheBytes=1048576");
    }

    @Test
    void builderReportsAllProblems() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> StoreConfig.builder()
                        .blockCacheBytes(-1)
                        .readAheadBytes(-1)
                        .appendTimeout(Duration.ZERO)
                        .build())
                .withMessage("bad configuration: blockCacheBytes=-1: must be at least 0; "
                        + "readAheadBytes=-1: must be at least 0; appendTimeout=PT0S: must be longer than zero");
    }

    @Test
    void builderCanBuildTwice() {
        StoreConfig.Builder builder = StoreConfig.builder().blockBytes(1 << 16);
        assertThat(builder.build()).isEqualTo(builder.build());
    }
}
