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
import io.s3stream.layout.BlockEntry;
import io.s3stream.layout.ObjectIndex;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads ahead for sequential readers. A reader is recognised by the end of its last fetch. Read-ahead begins with its
 * second fetch, or with a large first fetch where a stream begins. Chunks grow as the reader continues, and its window
 * grows fourfold each time it has to wait. The reader holds its chunks itself, because a frequency-based cache would
 * evict unread blocks. Arrived chunks may exceed the in-flight budget, so that one late answer does not block the next
 * requests. Unread chunks of idle readers are reclaimed when another reader needs the memory. Guarded by its own lock;
 * under the lock it calls no code that could block or belongs to the host.
 */
public final class ReadAhead {

    private static final long SWEEP_NANOS = Duration.ofMillis(100).toNanos();
    private static final int INDEXES_AHEAD = 8;
    /** Each step costs a reader the latency of one request. */
    private static final int GROWTH = 4;

    /** A first fetch of this size where a stream begins shows a sequential reader. A smaller one may be a probe. */
    private static final int BULK_BYTES = 256 << 10;
    /** The initial window in fetches, because a reader with large fetches soon uses them. */
    private static final int FETCHES_AHEAD = 8;

    /** A stream's share of the budget is for this number of chunks; for fewer if other streams have enough requests. */
    private static final int MAX_PARTS = 8;

    private static final int MIN_PARTS = 2;
    private static final int ENOUGH_REQUESTS = 64;
    /** Larger chunks save few requests, and reduce the number that are in flight and verified at a time. */
    private static final long MAX_CHUNK_BYTES = 4L << 20;

    private final MetadataClient metadata;
    private final IndexLoader indexes;
    private final BlockLoader loader;
    private final BlockCache cache;
    private final ReadMetrics metrics;
    private final LongSupplier nanoTime;
    private final AheadBudget budget;
    private final long longestWindow;

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
        this.budget = new AheadBudget(budget, cache.maxBytes() / 2);
        this.longestWindow = longestWindow;
        this.sweptAt = nanoTime.getAsLong();
        this.reclaimedAt = sweptAt;
    }

    /** Actions to perform after the lock is released: requests to send, memory to release. */
    private static final class Work {
        final List<HeldChunk> toLoad = new ArrayList<>();
        /** Read chunks that no other reader is likely to need. */
        final List<HeldChunk> used = new ArrayList<>();

        final List<HeldChunk> usedAndExpected = new ArrayList<>();
        final List<HeldChunk> unused = new ArrayList<>();
        final Set<ObjectMetadata> toIndex = new LinkedHashSet<>();

        /** The stream of the one reader being planned for. */
        long indexedFor;

        @Nullable
        Cursor planner;

        /** The object whose index the planner waits for. */
        @Nullable
        ObjectMetadata awaited;
    }

    /** Returns the reader whose last fetch ended at {@code start}, or a new one; the caller's until {@link #finish}. */
    public Cursor begin(long streamId, long start, long end, int maxBytes) {
        Work work = new Work();
        Cursor cursor;
        synchronized (this) {
            sweep(work);
            cursor = cursors.take(streamId, start, nanoTime.getAsLong(), old -> forget(old, work));
            cursor.until = end;
            if (maxBytes >= BULK_BYTES && isWhereItBegins(streamId, start)) {
                cursors.foundSequential(cursor);
            }
            cursor.window = Math.min(longestWindow, Math.max(cursor.window, firstWindow(maxBytes)));
            if (cursor.sequential && !closed) {
                plan(cursor, work);
                HeldChunk head = cursor.head();
                if (head != null && !head.isHere()) {
                    cursor.window = Math.min(cursor.window * GROWTH, longestWindow);
                    plan(cursor, work);
                }
            }
        }
        perform(work);
        return cursor;
    }

    /** Returns the chunks from the reader's position on; empty if nothing was read ahead. */
    public synchronized List<HeldChunk> chunks(Cursor cursor) {
        return cursor.head() == null ? List.of() : List.copyOf(cursor.ahead);
    }

    /** Drops the chunks read ahead after one of them failed. */
    public void discard(Cursor cursor) {
        Work work = new Work();
        synchronized (this) {
            clear(cursor, work);
        }
        perform(work);
    }

    /** Ends a fetch; the next one is expected at {@code next}. */
    public void finish(Cursor cursor, long next, boolean successful) {
        Work work = new Work();
        synchronized (this) {
            cursor.position = next;
            cursor.lastUsed = nanoTime.getAsLong();
            cursor.busy = false;
            while (!cursor.ahead.isEmpty() && cursor.ahead.getFirst().chunk.end() <= next) {
                dropFirst(cursor, work);
            }
            if (cursor.ahead.isEmpty()) {
                cursor.planned = next;
            }
            if (closed) {
                clear(cursor, work);
            } else if (successful && cursor.sequential) {
                plan(cursor, work);
            }
        }
        perform(work);
    }

    /** Returns the bytes ahead of all readers, in flight or arrived. */
    public synchronized long bytes() {
        return budget.used();
    }

    /** Releases everything; fetches in progress keep their chunks until they end. */
    public void close() {
        Work work = new Work();
        synchronized (this) {
            closed = true;
            cursors.forEach(cursor -> {
                if (!cursor.busy) {
                    clear(cursor, work);
                }
            });
        }
        perform(work);
    }

    // ---- under the lock ----

    private boolean isWhereItBegins(long streamId, long offset) {
        StreamMetadata stream = metadata.view().stream(streamId);
        return stream != null && stream.startOffset() == offset;
    }

    /** Adds chunks until the window is full, the budget is used up, or an index is missing. */
    private void plan(Cursor cursor, Work work) {
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
                work.planner = cursor;
                work.awaited = object;
                addIndexes(cursor, view, stream.ranges(), at, work);
                return;
            }
            Chunk chunk = Chunk.at(
                    object, index, cursor.streamId, range, cursor.planned, cursor.chunkBlocks, mostChunkBytes());
            if (chunk == null) {
                return;
            }
            indexAhead(cursor, view, stream.ranges(), at, work);
            long missing = loader.missingBytes(object, chunk.blocks());
            long charge = budget.charge(missing);
            if (!admits(cursor, charge, work)) {
                return;
            }
            HeldChunk held = new HeldChunk(chunk, missing, charge);
            cursor.add(held);
            budget.add(held);
            work.toLoad.add(held);
        }
    }

    /** Requests the indexes of the next objects while the present objects still have chunks to fetch. */
    private void indexAhead(Cursor cursor, MetadataView view, RangeList ranges, int at, Work work) {
        int soon = at + INDEXES_AHEAD / 2;
        if (soon < ranges.size() && ranges.get(soon).start() >= cursor.indexed) {
            addIndexes(cursor, view, ranges, at + 1, work);
        }
    }

    private void addIndexes(Cursor cursor, MetadataView view, RangeList ranges, int from, Work work) {
        int to = Math.min(from + INDEXES_AHEAD, ranges.size());
        for (int i = from; i < to; i++) {
            ObjectMetadata object = view.object(ranges.get(i).objectId());
            if (object != null && indexes.getIfPresent(object, cursor.streamId) == null) {
                work.toIndex.add(object);
                work.indexedFor = cursor.streamId;
            }
        }
        cursor.indexed = ranges.get(to - 1).end();
    }

    /** Returns the first window for this size of fetch: at most the reader's share, and less than after a wait. */
    private long firstWindow(int maxBytes) {
        return Math.min(
                (long) FETCHES_AHEAD * maxBytes,
                Math.min(budget.share(cursors.activeStreams()), longestWindow / GROWTH));
    }

    /** Returns the maximum chunk size: a few chunks for each stream, and enough for all streams together. */
    private long mostChunkBytes() {
        int parts = Math.max(MIN_PARTS, Math.min(MAX_PARTS, ENOUGH_REQUESTS / cursors.activeStreams()));
        return Math.min(MAX_CHUNK_BYTES, Math.min(longestWindow, budget.share(cursors.activeStreams())) / parts);
    }

    private boolean admits(Cursor cursor, long bytes, Work work) {
        if (bytes == 0) {
            return true;
        }
        AheadBytes ofStream = new AheadBytes();
        cursors.of(cursor.streamId).forEach(each -> ofStream.add(each.charged));
        if (!budget.isFair(ofStream, bytes, cursors.activeStreams())) {
            return false;
        }
        if (!budget.hasRoomFor(bytes)) {
            reclaim(work);
        }
        return budget.hasRoomFor(bytes);
    }

    /** Reclaims unread chunks of idle readers, at most once per interval: a full budget makes every fetch ask. */
    private void reclaim(Work work) {
        long now = nanoTime.getAsLong();
        if (now - reclaimedAt < SWEEP_NANOS) {
            return;
        }
        reclaimedAt = now;
        cursors.forEach(cursor -> {
            if (Cursors.isIdle(cursor, now)) {
                clear(cursor, work);
            }
        });
    }

    private void sweep(Work work) {
        long now = nanoTime.getAsLong();
        if (now - sweptAt >= SWEEP_NANOS) {
            sweptAt = now;
            cursors.sweep(now, cursor -> forget(cursor, work));
        }
    }

    /** A dropped cursor must not read on when its index arrives. */
    private void forget(Cursor cursor, Work work) {
        cursor.forgotten = true;
        clear(cursor, work);
    }

    private void clear(Cursor cursor, Work work) {
        while (!cursor.ahead.isEmpty()) {
            HeldChunk held = cursor.removeFirst();
            budget.remove(held);
            work.unused.add(held);
        }
        cursor.planned = cursor.position;
    }

    private void dropFirst(Cursor cursor, Work work) {
        HeldChunk held = cursor.removeFirst();
        budget.remove(held);
        cursor.window = Math.min(longestWindow, Math.max(cursor.window, 2 * held.chunk.bytes()));
        boolean isExpected = cursors.isExpected(cursor, held.chunk, nanoTime.getAsLong());
        (isExpected ? work.usedAndExpected : work.used).add(held);
    }

    // ---- without the lock ----

    private void perform(Work work) {
        long more;
        synchronized (this) {
            more = budget.changeOfLoan();
        }
        cache.lend(more);
        for (HeldChunk held : work.used) {
            metrics.readAheadUsed(held.chunk.bytes());
            for (BlockEntry block : held.chunk.blocks()) {
                loader.evict(held.chunk.object(), block);
            }
            held.release();
        }
        for (HeldChunk held : work.usedAndExpected) {
            metrics.readAheadUsed(held.chunk.bytes());
            held.keep(loader);
        }
        for (HeldChunk held : work.unused) {
            metrics.readAheadWasted(held.chunk.bytes());
            held.keep(loader); // its read is already paid for
        }
        for (HeldChunk held : work.toLoad) {
            metrics.readAheadIssued(held.chunk.bytes());
            begun(() -> loader.loadAhead(held.chunk.object(), held.chunk.blocks()))
                    .whenComplete((blocks, error) -> arrived(held, blocks, error));
        }
        for (ObjectMetadata object : work.toIndex) {
            begun(() -> indexes.load(object, work.indexedFor)).whenComplete((index, error) -> {
                if (object.equals(work.awaited)) {
                    goOn(work.planner, error == null);
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
        Work work = new Work();
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
                        plan(cursor, work);
                    }
                }
            }
            perform(work);
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
        Work work = new Work();
        synchronized (this) {
            cursor.planning = false;
            if (successful && !closed && !cursor.forgotten) {
                plan(cursor, work);
            }
        }
        perform(work);
    }
}
