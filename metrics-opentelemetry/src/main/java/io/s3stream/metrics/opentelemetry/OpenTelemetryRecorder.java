package io.s3stream.metrics.opentelemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleGauge;
import io.opentelemetry.api.metrics.ObservableLongGauge;
import io.s3stream.spi.metrics.Counter;
import io.s3stream.spi.metrics.Histogram;
import io.s3stream.spi.metrics.MetricDescription;
import io.s3stream.spi.metrics.MetricUnit;
import io.s3stream.spi.metrics.MetricsRecorder;
import io.s3stream.spi.metrics.Registration;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Records into instruments of a meter named {@code io.s3stream}. Labels become attributes. Durations are in seconds.
 * The advised bucket boundaries cover 100 µs to a minute, 1 KiB to 256 MiB, and 1 to 10 000. A view of the host
 * overrides them.
 */
public final class OpenTelemetryRecorder implements MetricsRecorder {

    private static final double NANOS_PER_SECOND = 1e9;
    private static final List<Double> SECONDS = List.of(
            0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
            60.0);
    private static final List<Long> BYTES = List.of(
            1L << 10, 4L << 10, 16L << 10, 64L << 10, 256L << 10, 1L << 20, 4L << 20, 16L << 20, 64L << 20, 256L << 20);
    private static final List<Long> COUNTS = List.of(1L, 2L, 5L, 10L, 20L, 50L, 100L, 200L, 500L, 1000L, 10000L);

    private final Meter meter;
    private final Map<String, String> labels;

    /** Records into the OpenTelemetry instance that the host configured and owns. */
    public OpenTelemetryRecorder(OpenTelemetry openTelemetry) {
        this(openTelemetry, Map.of());
    }

    /** @param labels added to each metric; they distinguish stores of one node id in one process */
    public OpenTelemetryRecorder(OpenTelemetry openTelemetry, Map<String, String> labels) {
        this.meter = openTelemetry.getMeter("io.s3stream");
        this.labels = Map.copyOf(labels);
    }

    @Override
    public Counter counter(MetricDescription metric) {
        Attributes attributes = attributes(metric);
        LongCounter counter = meter.counterBuilder(metric.name())
                .setDescription(metric.description())
                .setUnit(unit(metric))
                .build();
        return amount -> counter.add(amount, attributes);
    }

    @Override
    public Histogram histogram(MetricDescription metric) {
        Attributes attributes = attributes(metric);
        if (metric.unit() == MetricUnit.NANOSECONDS) {
            DoubleHistogram histogram = meter.histogramBuilder(metric.name())
                    .setDescription(metric.description())
                    .setUnit(unit(metric))
                    .setExplicitBucketBoundariesAdvice(SECONDS)
                    .build();
            return nanos -> histogram.record(nanos / NANOS_PER_SECOND, attributes);
        }
        LongHistogram histogram = meter.histogramBuilder(metric.name())
                .ofLongs()
                .setDescription(metric.description())
                .setUnit(unit(metric))
                .setExplicitBucketBoundariesAdvice(metric.unit() == MetricUnit.BYTES ? BYTES : COUNTS)
                .build();
        return value -> histogram.record(value, attributes);
    }

    @Override
    public Registration gauge(MetricDescription metric, LongSupplier value) {
        Attributes attributes = attributes(metric);
        var builder = meter.gaugeBuilder(metric.name())
                .setDescription(metric.description())
                .setUnit(unit(metric));
        if (metric.unit() == MetricUnit.NANOSECONDS) {
            ObservableDoubleGauge gauge = builder.buildWithCallback(
                    measurement -> measurement.record(value.getAsLong() / NANOS_PER_SECOND, attributes));
            return gauge::close;
        }
        ObservableLongGauge gauge =
                builder.ofLongs().buildWithCallback(measurement -> measurement.record(value.getAsLong(), attributes));
        return gauge::close;
    }

    private Attributes attributes(MetricDescription metric) {
        AttributesBuilder attributes = Attributes.builder();
        metric.with(labels).labels().forEach(attributes::put);
        return attributes.build();
    }

    /** Returns the unit in UCUM notation. */
    private static String unit(MetricDescription metric) {
        return switch (metric.unit()) {
            case NANOSECONDS -> "s";
            case BYTES -> "By";
            case COUNT -> "1";
        };
    }
}
