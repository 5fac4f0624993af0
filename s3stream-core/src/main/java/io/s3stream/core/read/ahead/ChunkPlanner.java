package io.s3stream.core.read.ahead;

import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.read.blocks.BlockLoader;
import io.s3stream.core.read.blocks.IndexLoader;
import io.s3stream.layout.ObjectIndex;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the next chunks of a reader, and the chunks of other readers that the same GET may bring. {@link ReadAhead}
 * owns it, guards it by its lock, and performs its actions after it has released the lock.
 */
final class ChunkPlanner {

    private final MetadataClient metadata;
    private final IndexLoader indexes;
    private final BlockLoader loader;
    private final ReadAheadPolicy policy;
    private final AheadBudget budget;
    private final Cursors cursors;
    private final ChunkReclaimer reclaimer;
    private final LongSupplier nanoTime;

    ChunkPlanner(
            MetadataClient metadata,
            ReadAhead.Supply supply,
            ReadAheadPolicy policy,
            AheadBudget budget,
            Cursors cursors,
            ChunkReclaimer reclaimer,
            LongSupplier nanoTime) {
        this.metadata = metadata;
        this.indexes = supply.indexes();
        this.loader = supply.loader();
        this.policy = policy;
        this.budget = budget;
        this.cursors = cursors;
        this.reclaimer = reclaimer;
        this.nanoTime = nanoTime;
    }

    /** Returns whether the stream begins at the offset. */
    boolean isStreamStart(long streamId, long offset) {
        StreamMetadata stream = metadata.view().stream(streamId);
        return stream != null && stream.startOffset() == offset;
    }

    /** Adds chunks until the window is full, the budget is used up, or an index is missing. */
    void plan(Cursor cursor, DeferredActions actions) {
        MetadataView view = metadata.view();
        while (!cursor.planning && cursor.wantsMore()) {
            StreamMetadata stream = view.stream(cursor.streamId);
            int at = stream == null ? -1 : stream.ranges().indexOf(cursor.planned);
            if (stream == null || at < 0) {
                return;
            }
            RangeList.Range range = stream.ranges().get(at);
            ObjectMetadata object = view.object(range.objectId());
            if (object == null) {
                return;
            }
            ObjectIndex index = indexes.getIfPresent(object, cursor.streamId);
            if (index == null) {
                cursor.planning = true;
                actions.planner = cursor;
                actions.awaited = object;
                addIndexes(cursor, view, stream.ranges(), at, actions);
                return;
            }
            Chunk chunk = Chunk.at(object, index, range, cursor, policy.maxChunkBytes(cursors.activeStreams()));
            if (chunk == null) {
                return;
            }
            indexAhead(cursor, view, stream.ranges(), at, actions);
            long missing = loader.missingBytes(object, chunk.blocks());
            long charge = policy.charge(missing);
            if (!admits(cursor, charge, actions)) {
                return;
            }
            HeldChunk held = add(cursor, chunk, missing, charge);
            actions.toLoad.add(missing > 0 && policy.joins() ? join(held, view, index) : List.of(held));
        }
    }

    private HeldChunk add(Cursor cursor, Chunk chunk, long missing, long charge) {
        HeldChunk held = new HeldChunk(chunk, missing, charge);
        cursor.add(held);
        budget.add(held);
        return held;
    }

    /** Returns the chunks that one GET brings. */
    private List<HeldChunk> join(HeldChunk first, MetadataView view, ObjectIndex index) {
        ObjectMetadata object = first.chunk.object();
        ChunkJoiner joiner = new ChunkJoiner(policy, cursors, view, object, index, this::addNeighbour);
        List<HeldChunk> together = joiner.join(first, nanoTime.getAsLong());
        if (together.size() > 1) {
            budget.add(new JoinedRead(together, joiner.gapBytes()));
        }
        return together;
    }

    private @Nullable HeldChunk addNeighbour(Cursor cursor, Chunk chunk, long gap) {
        long missing = loader.missingBytes(chunk.object(), chunk.blocks());
        int streams = ReadAheadPolicy.streamsForJoined(cursors.activeStreams());
        return missing > 0 && isFair(cursor, missing, streams) && budget.hasRoomFor(missing + gap)
                ? add(cursor, chunk, missing, missing)
                : null;
    }

    /** Requests the indexes of the next objects while the present objects still have chunks to fetch. */
    private void indexAhead(Cursor cursor, MetadataView view, RangeList ranges, int at, DeferredActions actions) {
        int soon = at + ReadAheadPolicy.INDEX_LEAD;
        if (soon < ranges.size() && ranges.get(soon).start() >= cursor.indexed) {
            addIndexes(cursor, view, ranges, at + 1, actions);
        }
    }

    private void addIndexes(Cursor cursor, MetadataView view, RangeList ranges, int from, DeferredActions actions) {
        int to = Math.min(from + ReadAheadPolicy.INDEXES_AHEAD, ranges.size());
        for (int i = from; i < to; i++) {
            ObjectMetadata object = view.object(ranges.get(i).objectId());
            if (object != null && indexes.getIfPresent(object, cursor.streamId) == null) {
                actions.toIndex.add(object);
                actions.indexedFor = cursor.streamId;
            }
        }
        cursor.indexed = ranges.get(to - 1).end();
    }

    private boolean admits(Cursor cursor, long bytes, DeferredActions actions) {
        if (bytes == 0) {
            return true;
        }
        if (!isFair(cursor, bytes, cursors.activeStreams())) {
            return false;
        }
        reclaimer.makeRoom(cursor, bytes, actions);
        return budget.hasRoomFor(bytes);
    }

    private boolean isFair(Cursor cursor, long bytes, int streams) {
        AheadBytes ofStream = new AheadBytes();
        cursors.of(cursor.streamId).forEach(each -> ofStream.add(each.charged));
        return budget.isFair(ofStream, bytes, streams);
    }
}
