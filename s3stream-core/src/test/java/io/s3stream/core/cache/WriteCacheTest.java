package io.s3stream.core.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metrics.StoreMetrics;
import org.junit.jupiter.api.Test;

class WriteCacheTest {

    private static final int SLAB = 4096;

    private final MemoryBudget budget = new MemoryBudget(1 << 20);
    private final SlabPool pool = new SlabPool(SLAB, 512, budget, 0);
    private final TestRecords records = new TestRecords(pool);
    private final WriteCache cache =
            new WriteCache(budget, StoreMetrics.none().memory(), new CommittedPosition(7, 1, 700, 0));

    private void add(long streamId, int count) {
        for (int i = 0; i < count; i++) {
            cache.add(records.next(streamId));
        }
    }

    private CacheSegment freeze(long lastSequence) {
        cache.cover(new CommittedPosition(lastSequence, 1, lastSequence * 100, 0));
        records.close();
        return cache.freeze();
    }

    @Test
    void readersFindRecordAsSoonAsItIsAdded() {
        add(1, 3);

        StreamRun run = records.cache(1).find(2);
        assertThat(run.startOffset()).isZero();
        assertThat(run.baseOffset(run.indexOf(2))).isEqualTo(2);
        assertThat(records.cache(1).find(3)).isNull();
    }

    @Test
    void contiguousRecordsOfSegmentFormOneRun() {
        add(1, 3);
        add(2, 1);
        add(1, 3);

        CacheSegment segment = freeze(8);
        assertThat(segment.runs()).extracting(StreamRun::count).containsExactly(6, 1);
        assertThat(segment.bytes()).isEqualTo(7L * TestRecords.ENCODED);
    }

    @Test
    void missingOffsetsBeginAnotherRun_R37() {
        cache.add(records.at(1, 1, 0));
        cache.add(records.at(1, 1, 5));

        assertThat(records.cache(1).find(3)).isNull();
        assertThat(freeze(8).runs()).extracting(StreamRun::startOffset).containsExactly(0L, 5L);
    }

    @Test
    void frozenSegmentEndsWhereNextBegins() {
        add(1, 1);
        CacheSegment first = freeze(9);
        add(1, 1);
        CacheSegment second = freeze(12);

        assertThat(first.coversFrom()).isEqualTo(7);
        assertThat(first.coversTo().sequence()).isEqualTo(9);
        assertThat(second.coversFrom()).isEqualTo(9);
        assertThat(cache.openFrom()).isEqualTo(12);
        assertThat(records.cache(1).runs()).hasSize(2);
    }

    @Test
    void emptyFramesLeaveCacheEmptyAndUncovered() {
        assertThat(cache.hasUncovered()).isFalse();
        cache.cover(new CommittedPosition(8, 1, 800, 0));
        assertThat(cache.hasUncovered()).isTrue();
        assertThat(cache.isEmpty()).isTrue();
    }

    @Test
    void evictionStopsAtFirstUncommittedSegment() {
        add(1, 1);
        CacheSegment first = freeze(8);
        add(1, 1);
        CacheSegment second = freeze(9);
        second.markCommitted();

        cache.evict(0);
        assertThat(records.cache(1).find(0)).as("not committed").isNotNull();
        assertThat(records.cache(1).find(1)).as("behind an uncommitted segment").isNotNull();

        first.markCommitted();
        cache.evict(0);
        assertThat(records.cache(1).runs()).isEmpty();
        assertThat(pool.outstandingBytes()).isZero();
        assertThat(budget.used()).isZero();
    }

    @Test
    void evictionStopsAtTargetAndKeepsNewerSegments() {
        add(1, 1);
        freeze(8).markCommitted();
        add(1, 1);
        freeze(9).markCommitted();

        cache.evict(budget.used() - 1);

        assertThat(records.cache(1).find(0)).isNull();
        assertThat(records.cache(1).find(1)).isNotNull();
        assertThat(pool.outstandingBytes()).isEqualTo(SLAB);
    }

    @Test
    void uncommittedBytesAndRunsLeaveOutCommittedSegments() {
        add(1, 2);
        CacheSegment first = freeze(8);
        add(1, 3);
        assertThat(cache.uncommittedBytes()).isEqualTo(5L * TestRecords.ENCODED);

        first.markCommitted();

        assertThat(cache.uncommittedBytes()).isEqualTo(3L * TestRecords.ENCODED);
        assertThat(cache.uncommittedRuns(1, 1))
                .extracting(StreamRun::startOffset)
                .containsExactly(2L);
        assertThat(cache.uncommittedRuns(1, 2)).isEmpty();
    }

    /** The index of small records is larger than the records. [R46] */
    @Test
    void growthOfRecordIndexIsChargedToBudget() {
        add(1, 1);
        long one = budget.used();
        add(1, 1000);
        records.close();
        long slabs = pool.outstandingBytes();

        assertThat(budget.used() - slabs).isGreaterThanOrEqualTo(16L * 1000).isGreaterThan(one - SLAB);
        cache.clear();
        assertThat(budget.used()).isZero();
    }
}
