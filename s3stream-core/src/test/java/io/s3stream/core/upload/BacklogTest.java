package io.s3stream.core.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.core.cache.CacheSegment;
import io.s3stream.core.cache.TestRecords;
import io.s3stream.core.cache.WriteCache;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metrics.StoreMetrics;
import io.s3stream.testkit.metrics.RecordedMetrics;
import org.junit.jupiter.api.Test;

class BacklogTest {

    private final RecordedMetrics recorded = new RecordedMetrics();
    private long now = 1000;
    private final StoreMetrics metrics = new StoreMetrics(recorded, 0, () -> now);
    private final WriteCache cache =
            new WriteCache(new MemoryBudget(1 << 20), metrics.memory(), CommittedPosition.NONE);
    private final Backlog backlog = new Backlog(cache, metrics.upload());
    private final TestRecords records = new SegmentFixture().records;

    private void append(int count) {
        for (int i = 0; i < count; i++) {
            cache.add(records.next(1));
        }
        backlog.onDurable();
    }

    private CacheSegment freeze() {
        CacheSegment frozen = cache.freeze();
        backlog.onFrozen(frozen);
        return frozen;
    }

    private void commit(CacheSegment segment) {
        segment.markCommitted();
        backlog.onCommitted(segment);
    }

    private void assertBacklog(int count, long age) {
        assertThat(recorded.gauge("s3stream.upload.backlog.bytes")).isEqualTo((long) count * TestRecords.ENCODED);
        assertThat(recorded.gauge("s3stream.upload.backlog.age")).isEqualTo(age);
    }

    @Test
    void backlogIsAsOldAsItsFirstRecord() {
        append(1);
        now += 10;
        append(2);
        now += 5;
        assertBacklog(3, 15);
    }

    @Test
    void frozenSegmentKeepsItsAgeUntilItsCommit() {
        append(1);
        CacheSegment frozen = freeze();
        now += 10;
        append(2);
        now += 5;
        assertBacklog(3, 15);

        commit(frozen);

        assertBacklog(2, 5);
    }

    @Test
    void laterCommitLeavesOldestSegmentInBacklog() {
        append(1);
        CacheSegment first = freeze();
        now += 10;
        append(2);
        CacheSegment second = freeze();

        commit(second);
        assertBacklog(1, 10);

        commit(first);
        assertBacklog(0, 0);
    }

    @Test
    void emptyFrameAndEmptySegmentAreNoBacklog() {
        backlog.onDurable();
        now += 10;
        assertBacklog(0, 0);
        CacheSegment empty = freeze();
        append(1);
        now += 5;
        commit(empty);
        assertBacklog(1, 5);
    }
}
