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
 * The host's recorder as the engine sees it: each metric gets the label of this node, and nothing the recorder throws gets
 * through; the first failure is logged. Owns the gauges until it is closed. Thread-safe.
 */
@SuppressWarnings("ReferenceEquality") // this very object
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

    /** Whether anybody looks: if not, there is no need to find out what the time is. */
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

    /** A recorder that answers null is as good as none. */
    private <T> T ask(Supplier<@Nullable T> question, T otherwise) {
        try {
            T answer = question.get();
            if (answer != null) {
                return answer;
            }
            failed(new NullPointerException("the recorder answered null"));
        } catch (Throwable e) {
            failed(e);
        }
        return otherwise;
    }

    private void failed(Throwable error) {
        if (hasFailed.compareAndSet(false, true)) {
            LOG.warn("the metrics recorder failed; the store goes on, and does not report it again", error);
        }
    }

    /** Lets go of what it looks at when it is closed, also if the recorder does not let go of it. */
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
