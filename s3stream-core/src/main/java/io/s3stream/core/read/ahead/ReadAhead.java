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
 * Keeps sequential readers supplied. A reader is known by where its last fetch ended: from its second fetch on, or from a
 * large first one where a stream begins, chunks are fetched before it asks for them, larger ones the longer it goes on, and
 * four times as many each time it had to wait. The reader holds them itself, because a cache that goes by frequency would
 * drop what nobody has read yet. What has arrived need not fit the budget of what is on its way, so that one late answer
 * does not keep the next requests back. What a reader has left lying for a while is taken back when another needs it.
 * Guarded by its own lock, under which it calls nobody that could wait, or is the host's.
 */
public final class ReadAhead {

    private static final long SWEEP_NANOS = Duration.ofMillis(100).toNanos();
    private static final int INDEXES_AHEAD = 8;
    /** Each step up costs a reader the latency of a request. */
    private static final int GROWTH = 4;

    /** A reader that asks for so much where a stream begins is going to read on; one that asks for less may only look. */
    private static final int BULK_BYTES = 256 << 10;
    /** Whoever asks for much at a time will soon have read it: so many fetches ahead to begin with. */
    private static final int FETCHES_AHEAD = 8;

    /** A stream's share of the budget is for so many chunks; fewer if there are enough requests of others. */
    private static final int MOST_PARTS = 8;

    private static final int FEWEST_PARTS = 2;
    private static final int ENOUGH_REQUESTS = 64;
    /** Longer ones save few requests, and fewer are on their way and verified at a time. */
    private static final long LONGEST_CHUNK = 4L << 20;

    private final MetadataClient metadata;
    private final IndexLoader indexes;
    private final BlockLoader loader;
    private final BlockCache cache;
    private final ReadMetrics metrics;
    private final LongSupplier nanoTime;
    private final AheadBudget budget;
    private final long longestWindow;

    private final Cursors cursors = new Cursors(); // guarded by this, as all below
    private long sweptAt;
    private long reclaimedAt;
    private boolean closed;

    /** Where indexes and blocks come from. */
    public record Supply(IndexLoader indexes, BlockLoader loader, BlockCache cache, ReadMetrics metrics) {}

    /**
     * @param budget bytes that all readers together may have on their way
     * @param longestWindow bytes that one reader may have ahead
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

    /** What is to be done once the lock is free: requests to make, memory to give back. */
    private static final class Work {
        final List<HeldChunk> toLoad = new ArrayList<>();
        /** Nobody else is likely to come to these. */
        final List<HeldChunk> used = new ArrayList<>();

        final List<HeldChunk> usedAndExpected = new ArrayList<>();
        final List<HeldChunk> unused = new ArrayList<>();
        final Set<ObjectMetadata> toIndex = new LinkedHashSet<>();

        /** The stream of the one reader that is planned for. */
        long indexedFor;

        @Nullable
        Cursor planner;

        /** Whose index the planner waits for. */
        @Nullable
        ObjectMetadata awaited;
    }

    /** The reader whose last fetch ended at {@code start}, or a new one; its own until {@link #finish}. */
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

    /** The chunks from the reader's position on; empty when nothing was read ahead. */
    public synchronized List<HeldChunk> chunks(Cursor cursor) {
        return cursor.head() == null ? List.of() : List.copyOf(cursor.ahead);
    }

    /** Forgets what was read ahead, because it failed. */
    public void discard(Cursor cursor) {
        Work work = new Work();
        synchronized (this) {
            clear(cursor, work);
        }
        perform(work);
    }

    /** The fetch is over; the next one is expected at {@code next}. */
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

    /** Bytes ahead of all readers, on their way or here. */
    public synchronized long bytes() {
        return budget.used();
    }

    /** Gives everything back; fetches under way keep what they have until they end. */
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

    /** Adds chunks until the window is full, the budget used up, or an index is missing. */
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

    /** Asks for the indexes of the next objects while there are chunks to fetch from the ones before. */
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

    /** Of a reader that fetches so much: not more than its share, and not yet as much as if it had waited. */
    private long firstWindow(int maxBytes) {
        return Math.min(
                (long) FETCHES_AHEAD * maxBytes,
                Math.min(budget.share(cursors.activeStreams()), longestWindow / GROWTH));
    }

    /** A few for each stream at a time, and enough of all streams together. */
    private long mostChunkBytes() {
        int parts = Math.max(FEWEST_PARTS, Math.min(MOST_PARTS, ENOUGH_REQUESTS / cursors.activeStreams()));
        return Math.min(LONGEST_CHUNK, Math.min(longestWindow, budget.share(cursors.activeStreams())) / parts);
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

    /** Takes back what idle readers have not read. With a full budget every fetch asks for it: it is not done each time. */
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

    /** An index that is still on its way to it must not make it read on. */
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
            held.keep(loader); // it has been paid for
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

    /** Whatever happens when a request is made is its answer: nobody may wait for one that was never made. */
    private static <T> CompletableFuture<T> begun(Supplier<CompletableFuture<T>> request) {
        try {
            return request.get();
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Makes room for the next requests, then tells the reader, who may have much to do with it. */
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
