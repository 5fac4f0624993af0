package io.s3stream.core.recovery;

import io.s3stream.core.cache.CacheSegment;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.core.upload.ObjectGrouping;
import io.s3stream.core.upload.ObjectWriter;
import io.s3stream.layout.FrameFormat;
import io.s3stream.layout.FrameHeader;
import io.s3stream.layout.RecordFormat;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Writes replayed frames to objects, in bounded memory. Records are copied into slabs; a full segment is written while
 * the next one fills. This class commits nothing: after a crash the objects are orphans. Used by the recovery context
 * only.
 */
final class RecoveredSegments {

    /** A part to commit: {@code objects} contain the frames {@code (from, to]}. */
    record Recovered(long from, CommittedPosition to, List<UploadedObject> objects) {}

    /**
     * The complete result.
     *
     * @param parts to be committed in this order, at least one
     * @param kept objects with records that cannot be committed
     */
    record Finished(List<Recovered> parts, List<UploadedObject> kept) {}

    /** The tools that build segments. */
    record Tools(
            SlabPool slabs, ObjectWriter writer, ObjectGrouping grouping, MetadataClient metadata, RecoveryPlan plan) {}

    private final Tools tools;
    private final RecoverySizes sizes;
    private final ReplayedStreams streams;
    private final KeptRecords kept;
    private final RecordSlabs slabs;
    private final Deque<CompletableFuture<Recovered>> writing = new ArrayDeque<>();
    private final List<CompletableFuture<Recovered>> all = new ArrayList<>();
    private CacheSegment segment;
    private long frames;
    private long recordBytes;

    RecoveredSegments(Tools tools, RecoverySizes sizes, CommittedPosition committed) {
        this.tools = tools;
        this.sizes = sizes;
        this.streams = new ReplayedStreams(tools.plan(), tools.metadata().view());
        this.kept = new KeptRecords(tools.writer(), new RecordSlabs(tools.slabs()), sizes.segmentBytes());
        this.slabs = new RecordSlabs(tools.slabs());
        this.segment = new CacheSegment(committed);
    }

    /** Adds the records of a verified frame; completes when there is room for the next one. */
    CompletableFuture<Void> add(ByteBuffer frame, CommittedPosition position) {
        FrameHeader header = FrameFormat.readHeader(frame, frame.position());
        int at = frame.position() + FrameFormat.HEADER_BYTES;
        int end = at + header.bodyBytes();
        while (at < end) {
            int bytes = RecordFormat.encodedBytes(RecordFormat.payloadBytes(frame, at));
            take(frame, at, bytes);
            at += bytes;
        }
        segment.cover(position);
        frames++;
        recordBytes += header.bodyBytes();
        return segment.bytes() >= sizes.segmentBytes()
                ? writeSegment().thenCombine(kept.room(), (written, room) -> null)
                : kept.room();
    }

    long frames() {
        return frames;
    }

    long recordBytes() {
        return recordBytes;
    }

    /** Writes the remaining records. */
    CompletableFuture<Finished> finish() {
        writeSegment();
        slabs.release();
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .thenApply(nothing -> all.stream().map(CompletableFuture::join).toList())
                .thenCombine(kept.finish(), Finished::new);
    }

    /** Releases the memory after a failure. */
    void abort() {
        slabs.release();
        segment.evict();
        kept.abort();
    }

    private void take(ByteBuffer frame, int at, int bytes) {
        if (streams.isCommittable(frame, at)) {
            segment.add(slabs.copy(frame, at, bytes));
        } else {
            kept.add(frame, at, bytes);
        }
    }

    private CompletableFuture<Void> writeSegment() {
        CacheSegment full = segment;
        segment = new CacheSegment(full.coversTo());
        CompletableFuture<Recovered> written = tools.writer()
                .write(tools.grouping().objectsOf(full, tools.metadata().view()), full.slabs())
                .thenApply(objects -> new Recovered(full.coversFrom(), full.coversTo(), objects))
                .whenComplete((recovered, error) -> full.evict());
        all.add(written);
        writing.add(written);
        if (writing.size() < sizes.writingAtOnce()) {
            return CompletableFuture.completedFuture(null);
        }
        return writing.remove().thenApply(recovered -> null);
    }
}
