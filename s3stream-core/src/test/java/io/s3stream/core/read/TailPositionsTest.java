package io.s3stream.core.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.core.cache.CacheSegment;
import io.s3stream.core.cache.CacheableRecord;
import io.s3stream.core.cache.StreamCache;
import io.s3stream.core.cache.StreamRun;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.Slab;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.layout.RecordFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TailPositionsTest {

    private static final long[] EXTREMES = {Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, Long.MAX_VALUE};
    private static final int SLAB_BYTES = 4096;

    private final SlabPool slabs = new SlabPool(SLAB_BYTES, 512, new MemoryBudget(1 << 30), 1 << 20);
    private final StreamCache cache = new StreamCache();
    private final List<CacheSegment> segments = new ArrayList<>();
    private final List<Batch> batches = new ArrayList<>();

    private record Batch(long base, long end, int bytes, long timestamp) {}

    private record Added(StreamCache cache, Slab slab, int place, Batch batch) implements CacheableRecord {
        @Override
        public long streamId() {
            return 1;
        }

        @Override
        public long streamEpoch() {
            return 1;
        }

        @Override
        public long baseOffset() {
            return batch.base();
        }

        @Override
        public long endOffset() {
            return batch.end();
        }

        @Override
        public long maxTimestamp() {
            return batch.timestamp();
        }

        @Override
        public int encodedBytes() {
            return batch.bytes();
        }
    }

    @Test
    void tailPositionsMatchPlainList() {
        for (long seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            long next = random.nextInt(3);
            batches.clear();
            segments.clear();
            StreamCache fresh = new StreamCache();
            int runs = 1 + random.nextInt(4);
            for (int run = 0; run < runs; run++) {
                next = fill(
                        fresh,
                        random.nextInt(3) == 0 ? 64 * (1 + random.nextInt(3)) : 1 + random.nextInt(300),
                        next,
                        random);
            }
            for (int question = 0; question < 200; question++) {
                compare(fresh.runs(), random, seed);
            }
            segments.forEach(CacheSegment::evict);
        }
        assertThat(slabs.outstandingBytes()).isZero();
    }

    @Test
    void batchesEvictedAfterLookupAreReported() {
        long end = fill(cache, 100, 0, new Random(1));
        StreamRun[] runs = cache.runs();
        segments.forEach(CacheSegment::evict);
        assertThat(TailPositions.offsetForTimestamp(runs, 0, end, Long.MIN_VALUE))
                .isEqualTo(TailPositions.EVICTED);
        assertThat(TailPositions.recordBytes(runs, 0, end)).isEqualTo(TailPositions.EVICTED);
        assertThat(TailPositions.payloadBytes(runs, 0, end)).isEqualTo(TailPositions.EVICTED);
        assertThat(TailPositions.maxTimestamp(runs, 0, end)).isEmpty();
        assertThat(slabs.outstandingBytes()).isZero();
    }

    /** Adds a segment with a run of the stream. Returns the start of the next run. */
    private long fill(StreamCache into, int count, long from, Random random) {
        CacheSegment segment = new CacheSegment(CommittedPosition.NONE);
        segments.add(segment);
        Slab slab = slabs.allocate(SLAB_BYTES);
        int place = 0;
        long next = from;
        for (int i = 0; i < count; i++) {
            byte[] payload = new byte[1 + random.nextInt(200)];
            int records = 1 + random.nextInt(3);
            Batch batch = new Batch(next, next + records, RecordFormat.encodedBytes(payload.length), timestamp(random));
            if (place + batch.bytes() > slab.capacity()) {
                slab.release();
                slab = slabs.allocate(SLAB_BYTES);
                place = 0;
            }
            RecordFormat.encode(slab.memory(), place, 1, 1, next, records, batch.timestamp(), ByteBuffer.wrap(payload));
            StreamRun run = segment.add(new Added(into, slab, place, batch));
            if (i == 0) {
                into.add(run);
            }
            batches.add(batch);
            place += batch.bytes();
            next = batch.end();
        }
        slab.release();
        return next;
    }

    private void compare(StreamRun[] runs, Random random, long seed) {
        long start = batches.get(0).base();
        long end = batches.get(batches.size() - 1).end();
        long from = start + random.nextInt((int) (end - start));
        long to = from + 1 + random.nextInt((int) (end - from));
        long timestamp = timestamp(random);
        long bytes = 0;
        long payload = 0;
        long greatest = Long.MIN_VALUE;
        long found = TailPositions.NONE;
        for (Batch batch : batches) {
            if (batch.end() > from && batch.base() < to) {
                bytes += batch.bytes();
                payload += batch.bytes() - RecordFormat.HEADER_BYTES;
                greatest = Math.max(greatest, batch.timestamp());
                if (found == TailPositions.NONE && batch.timestamp() >= timestamp) {
                    found = Math.max(from, batch.base());
                }
            }
        }
        assertThat(TailPositions.recordBytes(runs, from, to))
                .as("seed %s: [%s, %s) of %s", seed, from, to, batches)
                .isEqualTo(bytes);
        assertThat(TailPositions.payloadBytes(runs, from, to)).isEqualTo(payload);
        assertThat(TailPositions.maxTimestamp(runs, from, to))
                .as("seed %s: [%s, %s) of %s", seed, from, to, batches)
                .hasValue(greatest);
        assertThat(TailPositions.offsetForTimestamp(runs, from, to, timestamp))
                .as("seed %s: %s in [%s, %s) of %s", seed, timestamp, from, to, batches)
                .isEqualTo(found);
    }

    private static long timestamp(Random random) {
        return random.nextInt(200) == 0
                ? EXTREMES[random.nextInt(EXTREMES.length)]
                : (long) (random.nextGaussian() * 1000);
    }
}
