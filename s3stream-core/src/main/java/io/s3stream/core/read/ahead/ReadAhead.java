package io.s3stream.core.read.ahead;

import io.s3stream.core.cache.BlockCache;
import io.s3stream.core.cache.CachedBlock;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metrics.ReadMetrics;
import io.s3stream.core.read.blocks.BlockLoader;
import io.s3stream.core.read.blocks.IndexLoader;
import io.s3stream.layout.ObjectIndex;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads ahead for sequential readers, as far as {@link ReadAheadPolicy} decides. A reader is recognised by its
 * last fetch: the next one begins at its end, or inside it. Read-ahead begins with its second fetch, or with a large first fetch where a stream begins. Chunks
 * grow as the reader continues, and its window grows fourfold each time it has to wait. The reader holds its chunks
 * itself, because a frequency-based cache would evict unread blocks. Arrived chunks may exceed the in-flight budget, so
 * that one late answer does not block the next requests. Unread chunks of idle readers are reclaimed when another
 * reader needs the memory. Guarded by its own lock; under the lock it calls no code that could block or belongs to the
 * host.
 */
public final class ReadAhead {

    private final MetadataClient metadata;
    private final IndexLoader indexes;
    private final BlockLoader loader;
    private final BlockCache cache;
    private final ReadMetrics metrics;
    private final LongSupplier nanoTime;
    private final ReadAheadPolicy policy;
    private final AheadBudget budget;

    private final Cursors cursors = new Cursors(); // guarded by this, like all fields below
    private long sweptAt;
    private long reclaimedAt;
    private boolean closed;

    /** The sources of indexes and blocks. */
    public record Supply(IndexLoader indexes, BlockLoader loader, BlockCache cache, ReadMetrics metrics) {}

    /**
     * @param budget the maximum bytes in flight for all readers together
     * @param longestWindow the maximum bytes ahead for one reader
     */
    public ReadAhead(MetadataClient metadata, Supply supply, LongSupplier nanoTime, long budget, long longestWindow) {
        this.metadata = metadata;
        this.indexes = supply.indexes();
        this.loader = supply.loader();
        this.cache = supply.cache();
        this.metrics = supply.metrics();
        this.nanoTime = nanoTime;
        this.policy = new ReadAheadPolicy(budget, cache.maxBytes() / 2, longestWindow);
        this.budget = new AheadBudget(policy);
        this.sweptAt = nanoTime.getAsLong();
        this.reclaimedAt = sweptAt;
    }

    /** Returns the reader that {@code start} continues, or a new one; the caller's until {@link #finish}. */
    public Cursor begin(long streamId, long start, long end, int maxBytes) {
        DeferredActions actions = new DeferredActions();
        Cursor cursor;
        synchronized (this) {
            sweep(actions);
            cursor = cursors.take(streamId, start, nanoTime.getAsLong(), old -> forget(old, actions));
            dropPassed(cursor, actions);
            cursor.until = end;
            if (ReadAheadPolicy.isBulk(maxBytes) && isStreamStart(streamId, start)) {
                cursors.foundSequential(cursor);
            }
            cursor.window = policy.windowForFetch(cursor.window, maxBytes, cursors.activeStreams());
            if (cursor.sequential && !closed) {
                plan(cursor, actions);
                HeldChunk head = cursor.head();
                if (head != null && !head.isHere()) {
                    cursor.window = policy.windowAfterWait(cursor.window);
                    plan(cursor, actions);
                }
            }
        }
        perform(actions);
        return cursor;
    }

    /** Returns the chunks from the reader's position on; empty if nothing was read ahead. */
    public synchronized List<HeldChunk> chunks(Cursor cursor) {
        return cursor.head() == null ? List.of() : List.copyOf(cursor.ahead);
    }

    /** Drops the chunks read ahead after one of them failed. */
    public void discard(Cursor cursor) {
        DeferredActions actions = new DeferredActions();
        synchronized (this) {
            clear(cursor, actions);
        }
        perform(actions);
    }

    /** Drops the chunks of all readers of a stream. A fetch in progress keeps its own until it ends. */
    public void forget(long streamId) {
        DeferredActions actions = new DeferredActions();
        synchronized (this) {
            for (Cursor cursor : cursors.of(streamId)) {
                cursor.outdated = cursor.busy;
                if (!cursor.busy) {
                    clear(cursor, actions);
                }
            }
        }
        perform(actions);
    }

    /** Ends a fetch; the next one is expected at {@code next}. */
    public void finish(Cursor cursor, long next, boolean successful) {
        DeferredActions actions = new DeferredActions();
        synchronized (this) {
            cursor.position = next;
            cursor.lastUsed = nanoTime.getAsLong();
            cursor.busy = false;
            while (!cursor.ahead.isEmpty() && cursor.ahead.getFirst().chunk.end() <= next) {
                passFirst(cursor, next, actions);
            }
            if (cursor.ahead.isEmpty()) {
                cursor.planned = next;
            }
            if (closed || cursor.outdated) {
                cursor.outdated = false;
                clear(cursor, actions);
            }
            if (!closed && successful && cursor.sequential) {
                plan(cursor, actions);
            }
        }
        perform(actions);
    }

    /** Returns the bytes ahead of all readers, in flight or arrived. */
    public synchronized long bytes() {
        return budget.used();
    }

    /** Releases everything; fetches in progress keep their chunks until they end. */
    public void close() {
        DeferredActions actions = new DeferredActions();
        synchronized (this) {
            closed = true;
            cursors.forEach(cursor -> {
                if (!cursor.busy) {
                    clear(cursor, actions);
                }
            });
        }
        perform(actions);
    }

    // ---- under the lock ----

    private boolean isStreamStart(long streamId, long offset) {
        StreamMetadata stream = metadata.view().stream(streamId);
        return stream != null && stream.startOffset() == offset;
    }

    /** Adds chunks until the window is full, the budget is used up, or an index is missing. */
    private void plan(Cursor cursor, DeferredActions actions) {
        MetadataView view = metadata.view();
        while (!cursor.planning && cursor.aheadOfHead() < cursor.window && cursor.planned < cursor.until) {
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
            long mostBytes = policy.maxChunkBytes(cursors.activeStreams());
            Chunk chunk =
                    Chunk.at(object, index, cursor.streamId, range, cursor.planned, cursor.chunkBlocks, mostBytes);
            if (chunk == null) {
                return;
            }
            indexAhead(cursor, view, stream.ranges(), at, actions);
            long missing = loader.missingBytes(object, chunk.blocks());
            long charge = policy.charge(missing);
            if (!admits(cursor, charge, actions)) {
                return;
            }
            HeldChunk held = new HeldChunk(chunk, missing, charge);
            cursor.add(held);
            budget.add(held);
            actions.toLoad.add(held);
        }
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
        AheadBytes ofStream = new AheadBytes();
        cursors.of(cursor.streamId).forEach(each -> ofStream.add(each.charged));
        if (!budget.isFair(ofStream, bytes, cursors.activeStreams())) {
            return false;
        }
        if (!budget.hasRoomFor(bytes)) {
            dropPassed(cursor, actions);
        }
        if (!budget.hasRoomFor(bytes)) {
            reclaim(actions);
        }
        return budget.hasRoomFor(bytes);
    }

    /** Reclaims unread chunks of idle readers, at most once per interval: a full budget makes every fetch ask. */
    private void reclaim(DeferredActions actions) {
        long now = nanoTime.getAsLong();
        if (!ReadAheadPolicy.isSweepDue(now - reclaimedAt)) {
            return;
        }
        reclaimedAt = now;
        cursors.forEach(cursor -> {
            if (Cursors.isIdle(cursor, now)) {
                clear(cursor, actions);
            }
        });
    }

    private void sweep(DeferredActions actions) {
        long now = nanoTime.getAsLong();
        if (ReadAheadPolicy.isSweepDue(now - sweptAt)) {
            sweptAt = now;
            cursors.sweep(now, cursor -> forget(cursor, actions));
            cursors.forEach(cursor -> {
                if (Cursors.isIdle(cursor, now)) {
                    dropPassed(cursor, actions);
                }
            });
        }
    }

    /** A dropped cursor must not read on when its index arrives. */
    private void forget(Cursor cursor, DeferredActions actions) {
        cursor.forgotten = true;
        clear(cursor, actions);
    }

    private void clear(Cursor cursor, DeferredActions actions) {
        while (!cursor.ahead.isEmpty()) {
            HeldChunk held = cursor.removeFirst();
            budget.remove(held);
            actions.unused.add(held);
        }
        cursor.planned = cursor.position;
        dropPassed(cursor, actions);
    }

    /** Removes the first chunk, which the reader has read. Keeps it until the next fetch if the reader ended with it. */
    private void passFirst(Cursor cursor, long next, DeferredActions actions) {
        HeldChunk held = cursor.removeFirst();
        cursor.window = policy.windowAfterChunk(cursor.window, held.chunk.bytes());
        if (held.isHere() && held.chunk.end() == next) {
            cursor.keepPassed(held);
        } else {
            drop(cursor, held, actions);
        }
    }

    private void dropPassed(Cursor cursor, DeferredActions actions) {
        HeldChunk passed = cursor.removePassed();
        if (passed != null) {
            drop(cursor, passed, actions);
        }
    }

    private void drop(Cursor cursor, HeldChunk read, DeferredActions actions) {
        budget.remove(read);
        boolean isExpected = cursors.isExpected(cursor, read.chunk, nanoTime.getAsLong());
        (isExpected ? actions.usedAndExpected : actions.used).add(read);
    }

    // ---- without the lock ----

    private void perform(DeferredActions actions) {
        long more;
        synchronized (this) {
            more = budget.changeOfLoan();
        }
        cache.lend(more);
        actions.releaseChunks(loader, metrics);
        for (HeldChunk held : actions.toLoad) {
            metrics.readAheadIssued(held.chunk.bytes());
            begun(() -> loader.loadAhead(held.chunk.object(), held.chunk.blocks()))
                    .whenComplete((blocks, error) -> arrived(held, blocks, error));
        }
        for (ObjectMetadata object : actions.toIndex) {
            begun(() -> indexes.load(object, actions.indexedFor)).whenComplete((index, error) -> {
                if (object.equals(actions.awaited)) {
                    goOn(actions.planner, error == null);
                }
            });
        }
    }

    /** Turns an exception of the call into a failed answer: no fetch may wait for a request that was never sent. */
    private static <T> CompletableFuture<T> begun(Supplier<CompletableFuture<T>> request) {
        try {
            return request.get();
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Sends the next requests first, then tells the reader, whose callback may take long. */
    private void arrived(HeldChunk held, List<CachedBlock> blocks, @Nullable Throwable error) {
        DeferredActions actions = new DeferredActions();
        try {
            synchronized (this) {
                Cursor cursor = held.owner;
                if (cursor != null) {
                    budget.remove(held);
                    cursor.charged.remove(held);
                    held.arrive(error == null);
                    budget.add(held);
                    cursor.charged.add(held);
                    if (error == null && !closed) {
                        plan(cursor, actions);
                    }
                }
            }
            perform(actions);
        } finally {
            if (error == null) {
                held.loaded.complete(blocks);
            } else {
                held.loaded.completeExceptionally(error);
            }
        }
    }

    private void goOn(@Nullable Cursor cursor, boolean successful) {
        if (cursor == null) {
            return;
        }
        DeferredActions actions = new DeferredActions();
        synchronized (this) {
            cursor.planning = false;
            if (successful && !closed && !cursor.forgotten) {
                plan(cursor, actions);
            }
        }
        perform(actions);
    }
}
