package io.s3stream.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.spi.metrics.Counter;
import io.s3stream.spi.metrics.Histogram;
import io.s3stream.spi.metrics.MetricDescription;
import io.s3stream.spi.metrics.MetricsRecorder;
import io.s3stream.spi.metrics.Registration;
import io.s3stream.testkit.metrics.RecordedMetrics;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** Failures of the host's recorder do not affect the engine. */
class FailingRecorderTest {

    /** Returns instruments that fail, and gauges whose close fails. */
    private static final class Failing implements MetricsRecorder {

        final List<LongSupplier> watched = new ArrayList<>();

        @Override
        public Counter counter(MetricDescription metric) {
            return amount -> {
                throw new IllegalStateException("add");
            };
        }

        @Override
        public Histogram histogram(MetricDescription metric) {
            return value -> {
                throw new NoSuchMethodError("record");
            };
        }

        @Override
        public Registration gauge(MetricDescription metric, LongSupplier value) {
            watched.add(value);
            return () -> {
                throw new IllegalStateException("close");
            };
        }
    }

    @Test
    void throwingInstrumentsDoNotThrowIntoEngine() {
        StoreMetrics metrics = new StoreMetrics(new Failing(), 0, () -> 1);
        useAll(metrics);
        metrics.close();
    }

    @Test
    void recorderWithoutInstrumentsEqualsNoRecorder() {
        MetricsRecorder refusing = new MetricsRecorder() {
            @Override
            public Counter counter(MetricDescription metric) {
                throw new IllegalArgumentException(metric.name());
            }

            @Override
            @SuppressWarnings("NullAway") // a host may return null anyway
            public Histogram histogram(MetricDescription metric) {
                return null;
            }

            @Override
            public Registration gauge(MetricDescription metric, LongSupplier value) {
                throw new IllegalArgumentException(metric.name());
            }
        };
        StoreMetrics metrics = new StoreMetrics(refusing, 0, () -> 1);
        useAll(metrics);
        metrics.close();
    }

    @Test
    void onlyFirstFailureIsLogged() {
        PrintStream before = System.err;
        ByteArrayOutputStream logged = new ByteArrayOutputStream();
        System.setErr(new PrintStream(logged, true, StandardCharsets.UTF_8));
        try {
            StoreMetrics metrics = new StoreMetrics(new Failing(), 0, () -> 1);
            useAll(metrics);
            useAll(metrics);
        } finally {
            System.setErr(before);
        }
        assertThat(logged.toString(StandardCharsets.UTF_8)).containsOnlyOnce("the metrics recorder failed");
    }

    @Test
    void gaugeReleasesStoreEvenIfRecorderKeepsGauge() {
        Failing recorder = new Failing();
        StoreMetrics metrics = new StoreMetrics(recorder, 0, () -> 1);
        AtomicLong asked = new AtomicLong();
        metrics.append().watchQueue(asked::incrementAndGet);
        LongSupplier kept = recorder.watched.get(recorder.watched.size() - 1);
        assertThat(kept.getAsLong()).isEqualTo(1);
        metrics.close();
        assertThat(kept.getAsLong()).isZero();
        assertThat(asked).hasValue(1);
    }

    @Test
    void closeEndsAllGaugesAndKeepsCounters() {
        RecordedMetrics recorded = new RecordedMetrics();
        StoreMetrics metrics = new StoreMetrics(recorded, 3, () -> 1);
        metrics.append().watchQueue(() -> 0);
        metrics.append().busy();
        assertThat(recorded.openGauges()).contains("s3stream.append.waiting", "s3stream.wal.inflight.frames");
        metrics.close();
        assertThat(recorded.openGauges()).isEmpty();
        assertThat(recorded.count("s3stream.append.busy", "node", "3")).isEqualTo(1);
    }

    @Test
    void clockIsNotReadWithoutRecorder() {
        AtomicLong asked = new AtomicLong();
        StoreMetrics metrics = new StoreMetrics(MetricsRecorder.none(), 0, asked::incrementAndGet);
        useAll(metrics);
        metrics.close();
        assertThat(asked).hasValue(0);
    }

    private static void useAll(StoreMetrics metrics) {
        metrics.append().acknowledged(metrics.append().stamp());
        metrics.append().frame(1, 10, 4096);
        metrics.wal().answered(metrics.wal().issued(4096), 4096, true);
        metrics.upload().written(metrics.upload().now(), 100);
        metrics.memory().watchWriteCache(() -> 0, 1);
        metrics.memory().evicted(1);
        metrics.storage().ended(StorageMetrics.Operation.GET, metrics.storage().begun(), 1, false);
        metrics.metadata().committed(metrics.metadata().now(), 1);
        metrics.read().catchUpFetched(metrics.read().now(), 1);
    }
}
