package io.s3stream.testkit.metrics;

import io.s3stream.spi.metrics.Counter;
import io.s3stream.spi.metrics.Histogram;
import io.s3stream.spi.metrics.MetricDescription;
import io.s3stream.spi.metrics.MetricUnit;
import io.s3stream.spi.metrics.MetricsRecorder;
import io.s3stream.spi.metrics.Registration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Records all metrics in memory: each value of each histogram, and the open gauges. Thread-safe. */
public final class RecordedMetrics implements MetricsRecorder {

    /** The kind of an instrument. */
    public enum Kind {
        COUNTER,
        HISTOGRAM,
        GAUGE
    }

    /** A metric without the values of its labels. */
    public record Shape(String name, Kind kind, MetricUnit unit, Set<String> labels) {}

    private final Map<MetricDescription, AtomicLong> counters = new ConcurrentHashMap<>();
    private final Map<MetricDescription, Collection<Long>> histograms = new ConcurrentHashMap<>();
    private final Map<MetricDescription, LongSupplier> gauges = new ConcurrentHashMap<>();
    private final Set<Shape> shapes = ConcurrentHashMap.newKeySet();

    @Override
    public Counter counter(MetricDescription metric) {
        shapes.add(shape(metric, Kind.COUNTER));
        return counters.computeIfAbsent(metric, absent -> new AtomicLong())::addAndGet;
    }

    @Override
    public Histogram histogram(MetricDescription metric) {
        shapes.add(shape(metric, Kind.HISTOGRAM));
        return histograms.computeIfAbsent(metric, absent -> new ConcurrentLinkedQueue<>())::add;
    }

    @Override
    public Registration gauge(MetricDescription metric, LongSupplier value) {
        shapes.add(shape(metric, Kind.GAUGE));
        if (gauges.putIfAbsent(metric, value) != null) {
            throw new IllegalStateException(metric + " has a gauge already");
        }
        return () -> gauges.remove(metric, value);
    }

    /** Returns the shapes of all instruments that were ever requested. */
    public Set<Shape> shapes() {
        return Set.copyOf(shapes);
    }

    /** Returns the names of the gauges that were not closed. */
    public Set<String> openGauges() {
        return gauges.keySet().stream().map(MetricDescription::name).collect(Collectors.toSet());
    }

    /** Returns the sum of all counters with this name and these labels, given as name, value, name, value. */
    public long count(String name, String... labels) {
        return counters.entrySet().stream()
                .filter(entry -> matches(name, labels).test(entry.getKey()))
                .mapToLong(entry -> entry.getValue().get())
                .sum();
    }

    /** Returns all values of the histograms with this name and these labels, given as name, value, name, value. */
    public Collection<Long> values(String name, String... labels) {
        return histograms.entrySet().stream()
                .filter(entry -> matches(name, labels).test(entry.getKey()))
                .flatMap(entry -> entry.getValue().stream())
                .toList();
    }

    /** Returns the present value of the gauge with this name, of a single node. */
    public long gauge(String name) {
        return gauges.entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no gauge " + name + " is open"))
                .getValue()
                .getAsLong();
    }

    private static Predicate<MetricDescription> matches(String name, String... labels) {
        Map<String, String> wanted = new TreeMap<>();
        for (int i = 0; i < labels.length; i += 2) {
            wanted.put(labels[i], labels[i + 1]);
        }
        return metric ->
                metric.name().equals(name) && metric.labels().entrySet().containsAll(wanted.entrySet());
    }

    private static Shape shape(MetricDescription metric, Kind kind) {
        return new Shape(
                metric.name(), kind, metric.unit(), Set.copyOf(metric.labels().keySet()));
    }
}
