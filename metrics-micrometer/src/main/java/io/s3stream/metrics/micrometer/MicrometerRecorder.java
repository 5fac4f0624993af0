package io.s3stream.metrics.micrometer;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.s3stream.spi.metrics.Counter;
import io.s3stream.spi.metrics.Histogram;
import io.s3stream.spi.metrics.MetricDescription;
import io.s3stream.spi.metrics.MetricUnit;
import io.s3stream.spi.metrics.MetricsRecorder;
import io.s3stream.spi.metrics.Registration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Records into a registry that the host owns. Histograms of durations become timers, other histograms distribution
 * summaries. Gauges report durations in seconds; timers use the registry's base unit. The host enables percentiles and
 * buckets with a {@code MeterFilter} for names that begin with {@code s3stream.}.
 */
public final class MicrometerRecorder implements MetricsRecorder {

    private static final double NANOS_PER_SECOND = 1e9;

    private final MeterRegistry registry;
    private final Map<String, String> labels;

    public MicrometerRecorder(MeterRegistry registry) {
        this(registry, Map.of());
    }

    /** @param labels added to each metric; they distinguish stores of one node id that share a registry */
    public MicrometerRecorder(MeterRegistry registry, Map<String, String> labels) {
        this.registry = registry;
        this.labels = Map.copyOf(labels);
    }

    @Override
    public Counter counter(MetricDescription metric) {
        var builder = io.micrometer.core.instrument.Counter.builder(metric.name())
                .description(metric.description())
                .tags(tags(metric));
        return unit(metric).isEmpty()
                ? builder.register(registry)::increment
                : builder.baseUnit(unit(metric)).register(registry)::increment;
    }

    @Override
    public Histogram histogram(MetricDescription metric) {
        if (metric.unit() == MetricUnit.NANOSECONDS) {
            Timer timer = Timer.builder(metric.name())
                    .description(metric.description())
                    .tags(tags(metric))
                    .register(registry);
            return nanos -> timer.record(nanos, TimeUnit.NANOSECONDS);
        }
        DistributionSummary.Builder builder = DistributionSummary.builder(metric.name())
                .description(metric.description())
                .tags(tags(metric));
        return unit(metric).isEmpty()
                ? builder.register(registry)::record
                : builder.baseUnit(unit(metric)).register(registry)::record;
    }

    /** @throws IllegalStateException if the registry already has this gauge: it would keep the old one */
    @Override
    public Registration gauge(MetricDescription metric, LongSupplier value) {
        Tags tags = tags(metric);
        if (registry.find(metric.name()).tags(tags).gauge() != null) {
            throw new IllegalStateException("gauge " + metric.name() + " " + tags
                    + ": the registry has one of another store; give each recorder a label of its own");
        }
        boolean isDuration = metric.unit() == MetricUnit.NANOSECONDS;
        Gauge.Builder<?> builder = Gauge.builder(
                        metric.name(),
                        () -> isDuration ? value.getAsLong() / NANOS_PER_SECOND : (double) value.getAsLong())
                .description(metric.description())
                .tags(tags);
        Gauge gauge = unit(metric).isEmpty()
                ? builder.register(registry)
                : builder.baseUnit(unit(metric)).register(registry);
        return () -> registry.remove(gauge);
    }

    private Tags tags(MetricDescription metric) {
        return Tags.of(metric.with(labels).labels().entrySet().stream()
                .map(label -> Tag.of(label.getKey(), label.getValue()))
                .toList());
    }

    /** Returns the unit. Counts have none, because some monitoring systems make the unit a part of the name. */
    private static String unit(MetricDescription metric) {
        return switch (metric.unit()) {
            case NANOSECONDS -> "seconds";
            case BYTES -> "bytes";
            case COUNT -> "";
        };
    }
}
