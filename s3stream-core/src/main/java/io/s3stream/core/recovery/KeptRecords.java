package io.s3stream.core.recovery;

import io.s3stream.core.cache.CacheSegment;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.core.upload.ObjectWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Writes replayed records that do not continue their streams to objects of their own [R37]. A few of them would
 * otherwise keep the slabs of all records in memory. Used by the recovery context only.
 */
final class KeptRecords {

    private final ObjectWriter writer;
    private final RecordSlabs slabs;
    private final long segmentBytes;
    private final List<CompletableFuture<List<UploadedObject>>> all = new ArrayList<>();
    private final Map<Long, Long> ends = new HashMap<>(); // of the streams in the segment
    private CacheSegment segment = new CacheSegment(CommittedPosition.NONE);
    private CompletableFuture<Void> written = CompletableFuture.completedFuture(null);

    KeptRecords(ObjectWriter writer, RecordSlabs slabs, long segmentBytes) {
        this.writer = writer;
        this.slabs = slabs;
        this.segmentBytes = segmentBytes;
    }

    /** Adds one record. No object has the same offset of a stream twice. */
    void add(ByteBuffer frame, int at, int bytes) {
        RecoveredRecord record = slabs.copy(frame, at, bytes);
        Long end = ends.get(record.streamId());
        if (segment.bytes() >= segmentBytes || (end != null && record.baseOffset() < end)) {
            write();
        }
        segment.add(record);
        ends.put(record.streamId(), record.endOffset());
    }

    /** Completes when there is room for more. */
    CompletableFuture<Void> room() {
        return written;
    }

    /** Writes the remaining records; completes with all objects, in order. */
    CompletableFuture<List<UploadedObject>> finish() {
        write();
        slabs.release();
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .thenApply(nothing ->
                        all.stream().flatMap(objects -> objects.join().stream()).toList());
    }

    /** Releases the memory after a failure. */
    void abort() {
        slabs.release();
        segment.evict();
    }

    private void write() {
        if (segment.isEmpty()) {
            return;
        }
        CacheSegment full = segment;
        segment = new CacheSegment(CommittedPosition.NONE);
        ends.clear();
        CompletableFuture<List<UploadedObject>> objects = writer.write(List.of(List.copyOf(full.runs())), full.slabs())
                .whenComplete((done, error) -> full.evict());
        all.add(objects);
        written = objects.thenApply(done -> null);
    }
}
