package io.s3stream.core.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.core.metadata.CommittedPosition;
import org.junit.jupiter.api.Test;

class StreamCacheTest {

    private final TestRecords records = new TestRecords(new SlabPool(1 << 16, 512, new MemoryBudget(1 << 20), 0));
    private final StreamCache cache = records.cache(1);

    /** Returns a run of {@code count} records in a segment of its own. */
    private StreamRun run(long from, int count) {
        CacheSegment segment = new CacheSegment(CommittedPosition.NONE);
        StreamRun run = segment.add(records.at(1, 1, from));
        for (int i = 1; i < count; i++) {
            segment.add(records.at(1, 1, from + i));
        }
        return run;
    }

    @Test
    void offsetIsFoundInItsRun() {
        StreamRun first = run(10, 5);
        StreamRun second = run(15, 5);
        cache.add(first);
        cache.add(second);

        assertThat(cache.find(9)).isNull();
        assertThat(cache.find(10)).isSameAs(first);
        assertThat(cache.find(14)).isSameAs(first);
        assertThat(cache.find(15)).isSameAs(second);
        assertThat(cache.find(20)).isNull();
    }

    @Test
    void offsetBetweenRunsIsNotFound() {
        cache.add(run(0, 5));
        cache.add(run(10, 5));
        assertThat(cache.find(7)).isNull();
    }

    @Test
    void evictedRunIsNotFound() {
        StreamRun first = run(0, 5);
        StreamRun second = run(5, 5);
        cache.add(first);
        cache.add(second);

        cache.removeOldest(first);

        assertThat(cache.find(4)).isNull();
        assertThat(cache.runs()).containsExactly(second);
        assertThat(cache.newest()).isSameAs(second);
    }

    @Test
    void evictionOutOfOrderIsRefused() {
        StreamRun second = run(5, 5);
        cache.add(run(0, 5));
        cache.add(second);

        assertThatThrownBy(() -> cache.removeOldest(second))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("stream=1");
    }

    @Test
    void batchOfEachOffsetIsFoundInGrownRun() {
        StreamRun run = run(100, 1000);
        for (int i = 0; i < 1000; i++) {
            assertThat(run.indexOf(100 + i)).isEqualTo(i);
        }
    }

    @Test
    void searchSkipsOnlyFullChunksBelowTimestamp() {
        StreamRun run = run(0, 2 * StreamRun.CHUNK + 10); // timestamp = 10 * offset
        long lastOfFirst = 10L * (StreamRun.CHUNK - 1);

        assertThat(run.skipBelow(0, run.count(), lastOfFirst)).isZero();
        assertThat(run.skipBelow(0, run.count(), lastOfFirst + 1)).isEqualTo(StreamRun.CHUNK);
        assertThat(run.skipBelow(0, run.count(), Long.MAX_VALUE)).isEqualTo(2 * StreamRun.CHUNK);
        assertThat(run.skipBelow(0, StreamRun.CHUNK + 1, Long.MAX_VALUE))
                .as("the second chunk is beyond the count")
                .isEqualTo(StreamRun.CHUNK);
    }

    @Test
    void bytesBeforeChunkAreSumOfEarlierRecords() {
        StreamRun run = run(0, 2 * StreamRun.CHUNK);
        assertThat(run.bytesBefore(0)).isZero();
        assertThat(run.bytesBefore(StreamRun.CHUNK)).isEqualTo((long) StreamRun.CHUNK * TestRecords.ENCODED);
        assertThat(run.bytesBefore(2 * StreamRun.CHUNK)).isEqualTo(2L * StreamRun.CHUNK * TestRecords.ENCODED);
    }
}
