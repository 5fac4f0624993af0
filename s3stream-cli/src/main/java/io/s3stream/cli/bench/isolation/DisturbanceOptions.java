package io.s3stream.cli.bench.isolation;

import io.s3stream.cli.bench.Parsed;
import io.s3stream.cli.terminal.ToolException;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Sizes of the disturbances. */
final class DisturbanceOptions {

    private static final long MIB = 1 << 20;

    @Option(
            names = "--cold-size",
            paramLabel = "SIZE",
            defaultValue = "1GiB",
            converter = Parsed.Size.class,
            description = "catch-up: payload bytes of all cold streams together (default: ${DEFAULT-VALUE}).")
    private long coldBytes;

    @Option(
            names = "--cold-streams",
            paramLabel = "N",
            defaultValue = "100",
            description = "catch-up: number of cold streams (default: ${DEFAULT-VALUE}).")
    private int coldStreams;

    @Option(
            names = "--cold-rate",
            paramLabel = "SIZE",
            defaultValue = "500MiB",
            converter = Parsed.Size.class,
            description = "catch-up: bytes read a second (default: ${DEFAULT-VALUE}).")
    private long coldRate;

    @Option(
            names = "--small-objects",
            paramLabel = "N",
            defaultValue = "320",
            description =
                    "compaction: number of objects of 1 MiB to compact in each round (default: ${DEFAULT-VALUE}).")
    private int smallObjects;

    @Option(
            names = "--put-latency",
            paramLabel = "TIME",
            defaultValue = "1s",
            converter = Parsed.Time.class,
            description = "slow-put: time of each PUT (default: ${DEFAULT-VALUE}).")
    private Duration putLatency = Duration.ofSeconds(1);

    @Option(
            names = "--take-over-size",
            paramLabel = "SIZE",
            defaultValue = "256MiB",
            converter = Parsed.Size.class,
            description = "take-over: payload bytes in the WAL of the dead node (default: ${DEFAULT-VALUE}).")
    private long takeOverBytes;

    @Option(
            names = "--polls",
            paramLabel = "N",
            defaultValue = "100000",
            description = "polls: number of idle long polls (default: ${DEFAULT-VALUE}).")
    private int polls;

    @Option(
            names = "--metadata-streams",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "checkpoint: number of streams in the metadata (default: ${DEFAULT-VALUE}).")
    private int metadataStreams;

    void check() {
        atLeast("--cold-size", coldBytes, MIB);
        atLeast("--cold-streams", coldStreams, 1);
        atLeast("--cold-rate", coldRate, 1);
        atLeast("--small-objects", smallObjects, 2);
        atLeast("--put-latency", putLatency.toNanos(), 1);
        atLeast("--take-over-size", takeOverBytes, MIB);
        atLeast("--polls", polls, 1);
        atLeast("--metadata-streams", metadataStreams, 1);
    }

    private static void atLeast(String option, long value, long least) {
        if (value < least) {
            throw new ToolException(option + "=" + value + ": must be at least " + least + "; give a greater value or"
                    + " none, or leave this disturbance out with --only");
        }
    }

    long coldBytes() {
        return coldBytes;
    }

    int coldStreams() {
        return coldStreams;
    }

    long coldRate() {
        return coldRate;
    }

    int smallObjects() {
        return smallObjects;
    }

    Duration putLatency() {
        return putLatency;
    }

    long takeOverBytes() {
        return takeOverBytes;
    }

    int polls() {
        return polls;
    }

    int metadataStreams() {
        return metadataStreams;
    }
}
