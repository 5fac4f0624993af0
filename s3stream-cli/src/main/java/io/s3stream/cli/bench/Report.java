package io.s3stream.cli.bench;

import io.s3stream.cli.terminal.Output;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** Prints results, aligned. MB is 10⁶ bytes, GiB is 2³⁰. */
public final class Report {

    private static final double GIB = 1L << 30;

    private final Output out;

    public Report(Output out) {
        this.out = out;
    }

    public static String megabytes(double bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes / 1e6);
    }

    public static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1
                ? sorted[middle]
                : Arrays.stream(sorted, middle - 1, middle + 1).average().orElse(0);
    }

    public void line(String format, Object... arguments) {
        out.say(format, arguments);
    }

    public void field(String label, String format, Object... arguments) {
        out.say("  %-22s " + format, prepend(label, arguments));
    }

    void throughput(long records, double bytes, double seconds) {
        field("throughput", "%s MB/s, %.0f records/s", megabytes(bytes / seconds), records / seconds);
    }

    /** Prints the cost of appending or reading {@code bytes} of payload. */
    void costs(Usage usage, long records, double bytes) {
        double gib = bytes / GIB;
        field("cpu", "%.2f s/GiB, %.2f µs/record", usage.cpuNanos() / 1e9 / gib, usage.cpuNanos() / 1e3 / records);
        field("allocated", "%.0f bytes/record", (double) usage.allocated() / records);
        field(
                "storage requests",
                "%.1f writes/GiB, %.1f reads/GiB, %s MB uploaded",
                usage.storageWrites() / gib,
                usage.storageReads() / gib,
                megabytes(usage.uploadedBytes()));
    }

    void latencies(String label, Histogram nanos) {
        field(
                label,
                "p50 %.3f, p90 %.3f, p99 %.3f, p99.9 %.3f, max %.3f ms (%d samples)",
                millis(nanos, 50),
                millis(nanos, 90),
                millis(nanos, 99),
                millis(nanos, 99.9),
                nanos.getMaxValue() / 1e6,
                nanos.getTotalCount());
    }

    public static double millis(Histogram nanos, double percentile) {
        return nanos.getValueAtPercentile(percentile) / 1e6;
    }

    private static Object[] prepend(Object first, Object[] rest) {
        Object[] all = new Object[rest.length + 1];
        all[0] = first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }
}
