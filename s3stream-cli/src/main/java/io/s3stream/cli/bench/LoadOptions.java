package io.s3stream.cli.bench;

import io.s3stream.cli.terminal.ToolException;
import java.time.Duration;
import picocli.CommandLine.Option;

/** What is appended, and how fast. */
final class LoadOptions {

    @Option(
            names = "--record-size",
            paramLabel = "SIZE",
            defaultValue = "4KiB",
            converter = Parsed.Size.class,
            description = "Payload of a record (default: ${DEFAULT-VALUE}).")
    private long recordBytes;

    @Option(
            names = "--streams",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many streams (default: ${DEFAULT-VALUE}).")
    private int streams;

    @Option(
            names = "--producers",
            paramLabel = "N",
            defaultValue = "2",
            description = "Threads that append (default: ${DEFAULT-VALUE}).")
    private int producers;

    @Option(
            names = "--rate",
            paramLabel = "SIZE",
            defaultValue = "0",
            converter = Parsed.Size.class,
            description =
                    "Payload bytes to append a second, all together; 0, the default: as fast as it goes (bench tail: 20MiB).")
    private long rate;

    @Option(
            names = "--outstanding",
            paramLabel = "SIZE",
            defaultValue = "32MiB",
            converter = Parsed.Size.class,
            description = "Payload bytes appended and not yet durable, at most (default: ${DEFAULT-VALUE}).")
    private long outstandingBytes;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = Parsed.Time.class,
            description = "How long to measure, each round (default: ${DEFAULT-VALUE}).")
    private Duration duration = Duration.ofSeconds(10);

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            defaultValue = "3s",
            converter = Parsed.Time.class,
            description = "How long to run before (default: ${DEFAULT-VALUE}).")
    private Duration warmup = Duration.ofSeconds(3);

    void check() {
        if (recordBytes < 1 || recordBytes > 1 << 30 || streams < 1 || producers < 1 || duration.isZero()) {
            throw new ToolException("record size (to 1GiB), streams, producers and duration must be greater than zero");
        }
    }

    /** For measurements that make no sense at full speed. */
    void paceUnlessGiven(long bytesPerSecond) {
        rate = rate == 0 ? bytesPerSecond : rate;
    }

    int recordBytes() {
        return (int) recordBytes;
    }

    int streams() {
        return streams;
    }

    int producers() {
        return Math.min(producers, streams);
    }

    /** Appends of one producer that are outstanding at most. */
    int window() {
        long records = outstandingBytes / recordBytes / producers();
        return (int) Math.max(2, Math.min(records, 1 << 16));
    }

    boolean isPaced() {
        return rate > 0;
    }

    /** Nanoseconds between two appends of one producer; 0 for no pause. */
    double intervalNanos() {
        return rate == 0 ? 0 : 1e9 * recordBytes * producers() / rate;
    }

    Duration duration() {
        return duration;
    }

    Duration warmup() {
        return warmup;
    }

    @Override
    public String toString() {
        String speed = rate == 0 ? "as fast as it goes" : Report.megabytes(rate) + " MB/s";
        return streams + " streams, " + recordBytes + " byte records, " + producers() + " producers, " + speed;
    }
}
