package io.s3stream.core.recovery;

import io.s3stream.core.cache.CacheSegment;
import io.s3stream.core.cache.StreamCache;
import io.s3stream.core.memory.Slab;
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
import org.jspecify.annotations.Nullable;

/**
 * Replayed frames on their way to objects, in bounded memory: records are copied into slabs, a segment that is full is
 * written while the next one fills. Nothing is committed here; objects of an opening that crashes are orphans. Used by
 * the recovery context only.
 */
final class RecoveredSegments {

    /** What is to be committed: frames {@code (from, to]} are in {@code objects}. */
    record Recovered(long from, CommittedPosition to, List<UploadedObject> objects) {}

    /** How segments are made. */
    record Tools(SlabPool slabs, ObjectWriter writer, ObjectGrouping grouping, MetadataClient metadata) {}

    private final Tools tools;
    private final RecoverySizes sizes;
    private final StreamCache cache = new StreamCache(); // nobody reads while recovering
    private final Deque<CompletableFuture<Recovered>> writing = new ArrayDeque<>();
    private final List<CompletableFuture<Recovered>> all = new ArrayList<>();
    private CacheSegment segment;
    private @Nullable Slab slab;
    private int filled;
    private long frames;
    private long recordBytes;

    RecoveredSegments(Tools tools, RecoverySizes sizes, CommittedPosition committed) {
        this.tools = tools;
        this.sizes = sizes;
        this.segment = new CacheSegment(committed);
    }

    /** Takes the records of a verified frame; completes when there is room for the next one. */
    CompletableFuture<Void> add(ByteBuffer frame, CommittedPosition position) {
        FrameHeader header = FrameFormat.readHeader(frame, frame.position());
        int at = frame.position() + FrameFormat.HEADER_BYTES;
        int end = at + header.bodyBytes();
        while (at < end) {
            int bytes = RecordFormat.encodedBytes(RecordFormat.payloadBytes(frame, at));
            copy(frame, at, bytes);
            at += bytes;
        }
        segment.cover(position);
        frames++;
        recordBytes += header.bodyBytes();
        return segment.bytes() >= sizes.segmentBytes() ? writeSegment() : CompletableFuture.completedFuture(null);
    }

    long frames() {
        return frames;
    }

    long recordBytes() {
        return recordBytes;
    }

    /** Writes what is left; completes with everything there is to commit, in order, at least one entry. */
    CompletableFuture<List<Recovered>> finish() {
        writeSegment();
        releaseSlab();
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .thenApply(nothing -> all.stream().map(CompletableFuture::join).toList());
    }

    /** Lets go of the memory after a failure. */
    void abort() {
        releaseSlab();
        segment.evict();
    }

    private void copy(ByteBuffer frame, int at, int bytes) {
        if (slab == null || filled + bytes > slab.capacity()) {
            releaseSlab();
            slab = tools.slabs().allocate(bytes);
            filled = 0;
        }
        slab.memory().put(filled, frame, at, bytes);
        segment.add(new RecoveredRecord(cache, slab, filled, bytes));
        filled += bytes;
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

    private void releaseSlab() {
        if (slab != null) {
            slab.release();
            slab = null;
        }
    }
}
