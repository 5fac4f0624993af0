package io.s3stream.core.read.ahead;

import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.layout.BlockEntry;
import io.s3stream.layout.ObjectIndex;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Extends a read of one chunk to chunks that other readers need next and that are close to it in the object. Created for
 * one read; guarded by the lock of {@link ReadAhead}.
 */
final class ChunkJoiner {

    private final ReadAheadPolicy policy;
    private final Cursors cursors;
    private final MetadataView view;
    private final ObjectMetadata object;
    private final ObjectIndex index;
    private final Admission admission;

    private final Deque<HeldChunk> joined = new ArrayDeque<>();
    private long from;
    private long to;
    private long gapBytes;

    /** Adds chunks to their readers. */
    @FunctionalInterface
    interface Admission {
        /**
         * Adds a chunk to its reader if the budget admits it.
         *
         * @param gap bytes between this chunk and the read until now
         * @return null if it does not
         */
        @Nullable
        HeldChunk add(Cursor cursor, Chunk chunk, long gap);
    }

    ChunkJoiner(
            ReadAheadPolicy policy,
            Cursors cursors,
            MetadataView view,
            ObjectMetadata object,
            ObjectIndex index,
            Admission admission) {
        this.policy = policy;
        this.cursors = cursors;
        this.view = view;
        this.object = object;
        this.index = index;
        this.admission = admission;
    }

    /** Returns the chunks of the read in order of position, {@code first} among them. */
    List<HeldChunk> join(HeldChunk first, long now) {
        joined.add(first);
        from = first.chunk.position();
        to = first.chunk.endPosition();
        BlockEntry block = first.chunk.blocks().get(0);
        int at = index.find(block.streamId(), block.baseOffset());
        extendForward(at + first.chunk.blocks().size(), now);
        extendBackward(at - 1, now);
        return List.copyOf(joined);
    }

    /** Returns the bytes between the chunks. */
    long gapBytes() {
        return gapBytes;
    }

    private void extendForward(int next, long now) {
        int at = next;
        while (at < index.entries().size()) {
            BlockEntry block = index.entries().get(at);
            long gap = block.position() - to;
            if (!fits(gap, block.size())) {
                return;
            }
            HeldChunk held = add(block, gap, true, now);
            if (held != null) {
                joined.addLast(held);
                to = held.chunk.endPosition();
            }
            at += held == null ? 1 : held.chunk.blocks().size();
        }
    }

    private void extendBackward(int before, long now) {
        int at = before;
        while (at >= 0) {
            BlockEntry block = index.entries().get(at);
            long gap = from - block.position() - block.size();
            if (!fits(gap, block.size())) {
                return;
            }
            HeldChunk held = add(block, gap, false, now);
            if (held != null) {
                joined.addFirst(held);
                from = held.chunk.position();
            }
            at -= held == null ? 1 : held.chunk.blocks().size();
        }
    }

    private boolean fits(long gap, long bytes) {
        return policy.joins(to - from + gap + bytes, gapBytes + gap, gap);
    }

    /** Adds the chunk that begins or ends with the block, if a reader wants it next. */
    private @Nullable HeldChunk add(BlockEntry block, long gap, boolean isFirst, long now) {
        for (Cursor cursor : cursors.of(block.streamId())) {
            Chunk chunk = cursor.acceptsMore() && !Cursors.isIdle(cursor, now) ? next(cursor) : null;
            if (chunk != null && isEnd(chunk, block, isFirst) && fits(gap, chunk.bytes())) {
                HeldChunk held = admission.add(cursor, chunk, gap);
                gapBytes += held == null ? 0 : gap;
                return held;
            }
        }
        return null;
    }

    private @Nullable Chunk next(Cursor cursor) {
        StreamMetadata stream = view.stream(cursor.streamId);
        int at = stream == null ? -1 : stream.ranges().indexOf(cursor.planned);
        if (stream == null || at < 0) {
            return null;
        }
        RangeList.Range range = stream.ranges().get(at);
        return range.objectId() == object.id()
                ? Chunk.at(object, index, range, cursor, policy.maxChunkBytes(cursors.activeStreams()))
                : null;
    }

    private static boolean isEnd(Chunk chunk, BlockEntry block, boolean isFirst) {
        return isFirst ? chunk.position() == block.position() : chunk.endPosition() == block.position() + block.size();
    }
}
