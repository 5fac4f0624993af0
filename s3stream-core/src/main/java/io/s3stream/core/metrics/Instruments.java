package io.s3stream.core.metrics;

import io.s3stream.spi.metrics.Counter;
import io.s3stream.spi.metrics.Histogram;
import io.s3stream.spi.metrics.MetricDescription;
import io.s3stream.spi.metrics.MetricUnit;
import io.s3stream.spi.metrics.MetricsRecorder;
import io.s3stream.spi.metrics.Registration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host's recorder as the engine sees it. Each metric gets the label of this node. Exceptions of the recorder stop
 * here; the first one is logged. Owns the gauges until it is closed. Thread-safe.
 */
@SuppressWarnings("ReferenceEquality") // compares with the one instance that records nothing
final class Instruments implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Instruments.class);

    private final MetricsRecorder recorder;
    private final Map<String, String> labels;
    private final List<Gauge> gauges = new ArrayList<>(); // guarded by itself
    private final AtomicBoolean hasFailed = new AtomicBoolean();

    Instruments(MetricsRecorder recorder, int nodeId) {
        this.recorder = recorder;
        this.labels = Map.of("node", String.valueOf(nodeId));
    }

    /** Returns whether metrics are recorded. If not, the engine need not read the clock. */
    boolean areRecorded() {
        return recorder != MetricsRecorder.none();
    }

    Counter counter(MetricDescription metric) {
        Counter none = MetricsRecorder.none().counter(metric);
        if (!areRecorded()) {
            return none;
        }
        Counter counter = ask(() -> recorder.counter(metric.with(labels)), none);
        return amount -> {
            try {
                counter.add(amount);
            } catch (Throwable e) {
                failed(e);
            }
        };
    }

    Histogram histogram(MetricDescription metric) {
        Histogram none = MetricsRecorder.none().histogram(metric);
        if (!areRecorded()) {
            return none;
        }
        Histogram histogram = ask(() -> recorder.histogram(metric.with(labels)), none);
        return value -> {
            try {
                histogram.record(value);
            } catch (Throwable e) {
                failed(e);
            }
        };
    }

    void gauge(MetricDescription metric, LongSupplier value) {
        if (!areRecorded()) {
            return;
        }
        Gauge gauge = new Gauge(value);
        Registration none = MetricsRecorder.none().gauge(metric, gauge);
        gauge.registration = ask(() -> recorder.gauge(metric.with(labels), gauge), none);
        synchronized (gauges) {
            gauges.add(gauge);
        }
    }

    void gauge(String name, MetricUnit unit, String description, LongSupplier value) {
        gauge(MetricDescription.of(name, unit, description), value);
    }

    Counter counter(String name, MetricUnit unit, String description) {
        return counter(MetricDescription.of(name, unit, description));
    }

    Histogram histogram(String name, MetricUnit unit, String description) {
        return histogram(MetricDescription.of(name, unit, description));
    }

    /** Ends all gauges. */
    @Override
    public void close() {
        List<Gauge> all;
        synchronized (gauges) {
            all = List.copyOf(gauges);
            gauges.clear();
        }
        all.forEach(this::end);
    }

    private void end(Gauge gauge) {
        gauge.value = null;
        Registration registration = gauge.registration;
        if (registration != null) {
            try {
                registration.close();
            } catch (Throwable e) {
                failed(e);
            }
        }
    }

    /** Asks the recorder. A null answer or an exception yields {@code otherwise}. */
    private <T> T ask(Supplier<@Nullable T> question, T otherwise) {
        try {
            T answer = question.get();
            if (answer != null) {
                return answer;
            }
            failed(new NullPointerException("the recorder returned null"));
        } catch (Throwable e) {
            failed(e);
        }
        return otherwise;
    }

    private void failed(Throwable error) {
        if (hasFailed.compareAndSet(false, true)) {
            LOG.warn("the metrics recorder failed; the store continues and does not log further failures of it", error);
        }
    }

    /** Drops its source when it is closed, even if the recorder keeps the gauge. */
    private static final class Gauge implements LongSupplier {

        private volatile @Nullable LongSupplier value;
        private @Nullable Registration registration;

        Gauge(LongSupplier value) {
            this.value = value;
        }

        @Override
        public long getAsLong() {
            LongSupplier present = value;
            return present == null ? 0 : present.getAsLong();
        }
    }
}
