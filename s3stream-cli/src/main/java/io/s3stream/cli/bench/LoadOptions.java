package io.s3stream.cli.bench;

import io.s3stream.cli.terminal.ToolException;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Options of the appended load. */
public final class LoadOptions {

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
            description = "Number of streams (default: ${DEFAULT-VALUE}).")
    private int streams;

    @Option(
            names = "--producers",
            paramLabel = "N",
            defaultValue = "2",
            description = "Number of appending threads (default: ${DEFAULT-VALUE}).")
    private int producers;

    @Option(
            names = "--rate",
            paramLabel = "SIZE",
            defaultValue = "0",
            converter = Parsed.Size.class,
            description =
                    "Payload bytes a second over all streams; 0, the default: at full speed (bench tail and isolation: 20MiB).")
    private long rate;

    @Option(
            names = "--outstanding",
            paramLabel = "SIZE",
            defaultValue = "32MiB",
            converter = Parsed.Size.class,
            description = "Maximum of payload bytes that are appended and not yet durable (default: ${DEFAULT-VALUE}).")
    private long outstandingBytes;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = Parsed.Time.class,
            description = "Measured time of each round (default: ${DEFAULT-VALUE}).")
    private Duration duration = Duration.ofSeconds(10);

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            defaultValue = "3s",
            converter = Parsed.Time.class,
            description = "Unmeasured time before it (default: ${DEFAULT-VALUE}).")
    private Duration warmup = Duration.ofSeconds(3);

    public void check() {
        if (recordBytes < 1 || recordBytes > 1 << 30 || streams < 1 || producers < 1 || duration.isZero()) {
            throw new ToolException("record size (to 1GiB), streams, producers and duration must be greater than zero");
        }
    }

    /** Sets a default rate, for measurements that make no sense at full speed. */
    public void paceUnlessGiven(long bytesPerSecond) {
        rate = rate == 0 ? bytesPerSecond : rate;
    }

    public int recordBytes() {
        return (int) recordBytes;
    }

    public int streams() {
        return streams;
    }

    int producers() {
        return Math.min(producers, streams);
    }

    /** Returns the maximum of outstanding appends of one producer. */
    int window() {
        long records = outstandingBytes / recordBytes / producers();
        return (int) Math.max(2, Math.min(records, 1 << 16));
    }

    /** Returns the payload bytes a second; 0 for full speed. */
    public long rate() {
        return rate;
    }

    boolean isPaced() {
        return rate > 0;
    }

    /** Returns the nanoseconds between two appends of one producer; 0 for no pause. */
    double intervalNanos() {
        return rate == 0 ? 0 : 1e9 * recordBytes * producers() / rate;
    }

    public Duration duration() {
        return duration;
    }

    public Duration warmup() {
        return warmup;
    }

    @Override
    public String toString() {
        String speed = rate == 0 ? "full speed" : Report.megabytes(rate) + " MB/s";
        return streams + " streams, " + recordBytes + " byte records, " + producers() + " producers, " + speed;
    }
}
