package io.s3stream.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.core.metrics.StorageMetrics.Operation;
import io.s3stream.testkit.metrics.RecordedMetrics;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StoreMetricsTest {

    private final RecordedMetrics recorded = new RecordedMetrics();
    private final AtomicLong time = new AtomicLong();
    private final StoreMetrics metrics = new StoreMetrics(recorded, 7, time::get);

    @Test
    void sampledAppendIsTimedEvenWithClockAtZero() {
        long stamp = metrics.append().stamp();
        time.set(501);
        metrics.append().acknowledged(stamp);
        metrics.append().acknowledged(0);
        assertThat(recorded.values("s3stream.append.latency")).containsExactly(500L);
    }

    @Test
    void emptyFrameIsNotCounted() {
        metrics.append().frame(0, 0, 4096);
        metrics.append().frame(3, 300, 4096);
        assertThat(recorded.count("s3stream.append.batches")).isEqualTo(3);
        assertThat(recorded.count("s3stream.append.bytes")).isEqualTo(300);
        assertThat(recorded.values("s3stream.frame.bytes")).containsExactly(4096L);
        assertThat(recorded.values("s3stream.frame.batches")).containsExactly(3L);
    }

    @Test
    void failedAppendsAreCountedByOutcome() {
        metrics.append().failed(true);
        metrics.append().failed(false);
        metrics.append().failed(false);
        assertThat(recorded.count("s3stream.append.failed", "outcome", "unknown"))
                .isEqualTo(1);
        assertThat(recorded.count("s3stream.append.failed", "outcome", "not_written"))
                .isEqualTo(2);
    }

    @Test
    void framesAreInFlightUntilAnswered() {
        long first = metrics.wal().issued(4096);
        long second = metrics.wal().issued(8192);
        assertThat(recorded.gauge("s3stream.wal.inflight.frames")).isEqualTo(2);
        assertThat(recorded.gauge("s3stream.wal.inflight.bytes")).isEqualTo(12288);
        time.set(30);
        metrics.wal().answered(second, 8192, true);
        metrics.wal().answered(first, 4096, false);
        assertThat(recorded.gauge("s3stream.wal.inflight.frames")).isZero();
        assertThat(recorded.gauge("s3stream.wal.inflight.bytes")).isZero();
        assertThat(recorded.count("s3stream.wal.write.bytes")).isEqualTo(8192);
        assertThat(recorded.values("s3stream.wal.write.latency", "outcome", "ok"))
                .containsExactly(30L);
        assertThat(recorded.values("s3stream.wal.write.latency", "outcome", "failed"))
                .containsExactly(30L);
    }

    @Test
    void backlogAgeGrowsUntilBacklogIsEmpty() {
        assertThat(recorded.gauge("s3stream.upload.backlog.age")).isZero();
        time.set(100);
        metrics.upload().backlog(1000, 100);
        time.set(350);
        assertThat(recorded.gauge("s3stream.upload.backlog.bytes")).isEqualTo(1000);
        assertThat(recorded.gauge("s3stream.upload.backlog.age")).isEqualTo(250);
        metrics.upload().backlog(0, 100);
        assertThat(recorded.gauge("s3stream.upload.backlog.age")).isZero();
    }

    @Test
    void requestsAreCountedByOperationAndOutcome() {
        long begun = metrics.storage().begun();
        assertThat(recorded.gauge("s3stream.storage.inflight")).isEqualTo(1);
        time.set(5);
        metrics.storage().ended(Operation.DELETE, begun, 3, false);
        metrics.storage().ended(Operation.PUT, metrics.storage().begun(), 1, true);
        metrics.storage().moved(Operation.GET_IF_CHANGED, 77);
        assertThat(recorded.gauge("s3stream.storage.inflight")).isZero();
        assertThat(recorded.count("s3stream.storage.requests", "operation", "delete", "outcome", "ok"))
                .isEqualTo(3);
        assertThat(recorded.count("s3stream.storage.requests", "operation", "put", "outcome", "failed"))
                .isEqualTo(1);
        assertThat(recorded.values("s3stream.storage.latency", "operation", "delete"))
                .containsExactly(5L);
        assertThat(recorded.count("s3stream.storage.bytes", "operation", "get_if_changed"))
                .isEqualTo(77);
    }

    @Test
    void allMetricsNameNode() {
        metrics.append().busy();
        assertThat(recorded.count("s3stream.append.busy", "node", "7")).isEqualTo(1);
        assertThat(recorded.shapes())
                .allSatisfy(shape -> assertThat(shape.labels()).contains("node"));
    }
}
