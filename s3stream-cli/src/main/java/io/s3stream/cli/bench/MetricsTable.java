package io.s3stream.cli.bench;

import io.s3stream.spi.metrics.Counter;
import io.s3stream.spi.metrics.Histogram;
import io.s3stream.spi.metrics.MetricDescription;
import io.s3stream.spi.metrics.MetricUnit;
import io.s3stream.spi.metrics.MetricsRecorder;
import io.s3stream.spi.metrics.Registration;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.HdrHistogram.ConcurrentHistogram;

/** Collects the metrics of the stores of one measurement, and prints them. Thread-safe. */
public final class MetricsTable implements MetricsRecorder {

    private static final Comparator<MetricDescription> BY_NAME = Comparator.comparing(MetricDescription::name)
            .thenComparing(metric -> metric.labels().toString());
    private static final String PREFIX = "s3stream.";
    private static final String NODE = "node";
    private static final long MEGABYTE = 1_000_000;

    private final Map<MetricDescription, LongAdder> counters = new ConcurrentSkipListMap<>(BY_NAME);
    private final Map<MetricDescription, LongSupplier> gauges = new ConcurrentSkipListMap<>(BY_NAME);
    private final Map<MetricDescription, ConcurrentHistogram> histograms = new ConcurrentSkipListMap<>(BY_NAME);

    @Override
    public Counter counter(MetricDescription metric) {
        return counters.computeIfAbsent(metric, absent -> new LongAdder())::add;
    }

    @Override
    public Histogram histogram(MetricDescription metric) {
        return histograms.computeIfAbsent(metric, absent -> new ConcurrentHistogram(2))::recordValue;
    }

    @Override
    public Registration gauge(MetricDescription metric, LongSupplier value) {
        gauges.put(metric, value);
        return () -> gauges.remove(metric, value);
    }

    /**
     * Returns the sum of a counter over all nodes.
     *
     * @param name without the prefix of all metrics
     * @param label name of a label
     * @param value of the label
     */
    public long counted(String name, String label, String value) {
        return counters.entrySet().stream()
                .filter(counter -> counter.getKey().name().equals(PREFIX + name))
                .filter(counter -> value.equals(counter.getKey().labels().get(label)))
                .mapToLong(counter -> counter.getValue().sum())
                .sum();
    }

    /** Prints all metrics that are not zero, and the gauges of stores that are still open. */
    void print(Report report) {
        report.line("  metrics since open, warm-up included (docs/metrics.md)");
        Map<MetricDescription, String> rows = new ConcurrentSkipListMap<>(BY_NAME);
        counters.forEach((metric, value) -> put(rows, metric, value.sum()));
        gauges.forEach((metric, value) -> put(rows, metric, value.getAsLong()));
        histograms.forEach((metric, values) -> {
            if (values.getTotalCount() > 0) {
                rows.put(metric, distribution(metric.unit(), values.copy()));
            }
        });
        boolean isOneNode = rows.keySet().stream()
                        .map(metric -> String.valueOf(metric.labels().get(NODE)))
                        .distinct()
                        .count()
                == 1;
        rows.forEach((metric, value) -> report.line("    %-48s %s", name(metric, isOneNode), value));
    }

    private static void put(Map<MetricDescription, String> rows, MetricDescription metric, long value) {
        if (value != 0) {
            rows.put(metric, amount(metric.unit(), value));
        }
    }

    private static String name(MetricDescription metric, boolean isOneNode) {
        String labels = metric.labels().entrySet().stream()
                .filter(label -> !isOneNode || !label.getKey().equals(NODE))
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(" "));
        return metric.name().replace(PREFIX, "") + (labels.isEmpty() ? "" : " " + labels);
    }

    private static String amount(MetricUnit unit, long value) {
        return switch (unit) {
            case NANOSECONDS -> String.format(Locale.ROOT, "%.3f ms", value / 1e6);
            case BYTES -> value < MEGABYTE ? value + " bytes" : Report.megabytes(value) + " MB";
            case COUNT -> String.valueOf(value);
        };
    }

    private static String distribution(MetricUnit unit, org.HdrHistogram.Histogram values) {
        long p50 = values.getValueAtPercentile(50);
        long p99 = values.getValueAtPercentile(99);
        long max = values.getMaxValue();
        String counted = " (" + values.getTotalCount() + ")";
        return switch (unit) {
            case NANOSECONDS ->
                String.format(Locale.ROOT, "p50 %.3f, p99 %.3f, max %.3f ms", p50 / 1e6, p99 / 1e6, max / 1e6)
                        + counted;
            case BYTES -> String.format(Locale.ROOT, "p50 %d, p99 %d, max %d bytes", p50, p99, max) + counted;
            case COUNT -> String.format(Locale.ROOT, "p50 %d, p99 %d, max %d", p50, p99, max) + counted;
        };
    }
}
