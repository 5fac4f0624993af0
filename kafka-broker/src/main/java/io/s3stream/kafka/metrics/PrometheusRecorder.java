package io.s3stream.kafka.metrics;

import io.s3stream.spi.metrics.Counter;
import io.s3stream.spi.metrics.Histogram;
import io.s3stream.spi.metrics.MetricDescription;
import io.s3stream.spi.metrics.MetricUnit;
import io.s3stream.spi.metrics.MetricsRecorder;
import io.s3stream.spi.metrics.Registration;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Keeps metrics and writes them in the text format of Prometheus. It owns the instruments. Durations are in seconds.
 * Thread-safe.
 */
public final class PrometheusRecorder implements MetricsRecorder {

    private static final double NANOS_PER_SECOND = 1e9;

    private final Map<MetricDescription, Instrument> instruments =
            new ConcurrentSkipListMap<>(Comparator.comparing(MetricDescription::name)
                    .thenComparing(metric -> metric.labels().toString()));

    /** Writes the samples of one metric. */
    private interface Instrument {
        String type();

        void write(StringBuilder text, String name, String labels);
    }

    @Override
    public Counter counter(MetricDescription metric) {
        LongAdder sum = new LongAdder();
        instruments.put(metric, new Instrument() {
            @Override
            public String type() {
                return "counter";
            }

            @Override
            public void write(StringBuilder text, String name, String labels) {
                sample(text, name + "_total", labels, scaled(metric, sum.sum()));
            }
        });
        return sum::add;
    }

    @Override
    public Histogram histogram(MetricDescription metric) {
        PowerHistogram histogram = new PowerHistogram();
        instruments.put(metric, new Instrument() {
            @Override
            public String type() {
                return "histogram";
            }

            @Override
            public void write(StringBuilder text, String name, String labels) {
                long below = 0;
                for (int power = 0; power < PowerHistogram.BUCKETS; power++) {
                    below += histogram.count(power);
                    if (histogram.count(power) > 0) {
                        String bound = number(scaled(metric, PowerHistogram.bound(power)));
                        sample(text, name + "_bucket", with(labels, "le", bound), below);
                    }
                }
                sample(text, name + "_bucket", with(labels, "le", "+Inf"), below);
                sample(text, name + "_sum", labels, scaled(metric, histogram.sum()));
                sample(text, name + "_count", labels, below);
            }
        });
        return histogram;
    }

    @Override
    public Registration gauge(MetricDescription metric, LongSupplier value) {
        Instrument gauge = new Instrument() {
            @Override
            public String type() {
                return "gauge";
            }

            @Override
            public void write(StringBuilder text, String name, String labels) {
                sample(text, name, labels, scaled(metric, value.getAsLong()));
            }
        };
        instruments.put(metric, gauge);
        return () -> instruments.remove(metric, gauge);
    }

    /** All metrics, sorted by name and labels. */
    public String text() {
        StringBuilder text = new StringBuilder();
        String last = "";
        for (Map.Entry<MetricDescription, Instrument> entry : instruments.entrySet()) {
            String name = name(entry.getKey());
            if (!name.equals(last)) {
                String header = entry.getValue().type().equals("counter") ? name + "_total" : name;
                text.append("# HELP ").append(header).append(' ');
                text.append(entry.getKey().description()).append('\n');
                text.append("# TYPE ").append(header).append(' ');
                text.append(entry.getValue().type()).append('\n');
                last = name;
            }
            entry.getValue().write(text, name, labels(entry.getKey()));
        }
        return text.toString();
    }

    private static String name(MetricDescription metric) {
        String name = metric.name().replace('.', '_');
        return switch (metric.unit()) {
            case NANOSECONDS -> name + "_seconds";
            case BYTES -> name.endsWith("_bytes") ? name : name + "_bytes";
            case COUNT -> name;
        };
    }

    private static String labels(MetricDescription metric) {
        return metric.labels().entrySet().stream()
                .map(label -> label.getKey() + "=\"" + escaped(label.getValue()) + '"')
                .collect(Collectors.joining(","));
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    private static String with(String labels, String name, String value) {
        return (labels.isEmpty() ? "" : labels + ",") + name + "=\"" + value + '"';
    }

    private static double scaled(MetricDescription metric, long value) {
        return metric.unit() == MetricUnit.NANOSECONDS ? value / NANOS_PER_SECOND : value;
    }

    private static void sample(StringBuilder text, String name, String labels, double value) {
        text.append(name);
        if (!labels.isEmpty()) {
            text.append('{').append(labels).append('}');
        }
        text.append(' ').append(number(value)).append('\n');
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
