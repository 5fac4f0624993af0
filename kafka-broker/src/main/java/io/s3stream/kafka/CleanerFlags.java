package io.s3stream.kafka;

import io.s3stream.kafka.compaction.CleanerSettings;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Options of the cleaner of compacted topics. */
final class CleanerFlags {

    @Option(
            names = "--cleaner-interval",
            paramLabel = "DURATION",
            defaultValue = "15s",
            converter = UnitConverters.Time.class,
            description = "Time between two looks at the compacted topics. Default: ${DEFAULT-VALUE}")
    private Duration interval = CleanerSettings.DEFAULTS.interval();

    @Option(
            names = "--cleaner-map-bytes",
            paramLabel = "BYTES",
            defaultValue = "32MiB",
            converter = UnitConverters.Bytes.class,
            description = "Memory for the keys of a partition while it is cleaned, about 27 bytes for each. "
                    + "A partition with more keys takes several passes. Default: ${DEFAULT-VALUE}")
    private long mapBytes;

    CleanerSettings settings() {
        if (interval.isZero()) {
            throw new IllegalArgumentException("--cleaner-interval=0: must be longer than zero, such as 15s");
        }
        if (mapBytes < CleanerSettings.MIN_MAP_BYTES || mapBytes > CleanerSettings.MAX_MAP_BYTES) {
            throw new IllegalArgumentException("--cleaner-map-bytes=" + mapBytes + ": must be "
                    + CleanerSettings.MIN_MAP_BYTES + " to " + CleanerSettings.MAX_MAP_BYTES);
        }
        return new CleanerSettings(interval, (int) mapBytes);
    }
}
