package io.s3stream.core.upload;

import io.s3stream.core.cache.CacheSegment;
import io.s3stream.core.cache.TestRecords;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.core.metadata.CommittedPosition;

/** Makes segments of the write cache with records of any streams. */
final class SegmentFixture {

    final TestRecords records = new TestRecords(new SlabPool(1 << 16, 512, new MemoryBudget(1 << 20), 0));

    /** Returns a segment with {@code counts[i]} records of stream {@code i + 1}. */
    CacheSegment segment(int... counts) {
        CacheSegment segment = new CacheSegment(CommittedPosition.NONE);
        for (int i = 0; i < counts.length; i++) {
            for (int n = 0; n < counts[i]; n++) {
                segment.add(records.next(i + 1L));
            }
        }
        return segment;
    }

    /** Returns an upload that covers the frames after {@code from} up to {@code to}. */
    static SegmentUpload upload(long from, long to) {
        CacheSegment segment = new CacheSegment(new CommittedPosition(from, 1, from, 0));
        segment.cover(new CommittedPosition(to, 1, to, 0));
        return new SegmentUpload(segment);
    }
}
