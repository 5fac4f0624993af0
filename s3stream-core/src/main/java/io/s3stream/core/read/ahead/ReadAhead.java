package io.s3stream.core.read.ahead;

import io.s3stream.core.cache.BlockCache;
import io.s3stream.core.cache.CachedBlock;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metrics.ReadMetrics;
import io.s3stream.core.read.blocks.BlockLoader;
import io.s3stream.core.read.blocks.IndexLoader;
import java.util.Collections;
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

    private final IndexLoader indexes;
    private final BlockLoader loader;
    private final BlockCache cache;
    private final ReadMetrics metrics;
    private final LongSupplier nanoTime;
    private final ReadAheadPolicy policy;

    private final Cursors cursors = new Cursors(); // guarded by this, like all fields below
    private final AheadBudget budget;
    private final ChunkReclaimer reclaimer;
    private final ChunkPlanner planner;
    private boolean closed;

    /** The sources of indexes and blocks. */
    public record Supply(IndexLoader indexes, BlockLoader loader, BlockCache cache, ReadMetrics metrics) {}

    /**
     * @param budget the maximum bytes in flight for all readers together
     * @param longestWindow the maximum bytes ahead for one reader
     * @param joinedGetBytes the maximum size of a GET that reads for several streams; 0 if each reads for one
     */
    public ReadAhead(
            MetadataClient metadata,
            Supply supply,
            LongSupplier nanoTime,
            long budget,
            long longestWindow,
            long joinedGetBytes) {
        this.indexes = supply.indexes();
        this.loader = supply.loader();
        this.cache = supply.cache();
        this.metrics = supply.metrics();
        this.nanoTime = nanoTime;
        this.policy = new ReadAheadPolicy(budget, cache.maxBytes() / 2, longestWindow, joinedGetBytes);
        this.budget = new AheadBudget(policy);
        this.reclaimer = new ChunkReclaimer(policy, this.budget, cursors, nanoTime);
        this.planner = new ChunkPlanner(metadata, supply, policy, this.budget, cursors, reclaimer, nanoTime);
    }

    /** Returns the reader that {@code start} continues, or a new one; the caller's until {@link #finish}. */
    public Cursor begin(long streamId, long start, long end, int maxBytes) {
        DeferredActions actions = new DeferredActions();
        Cursor cursor;
        synchronized (this) {
            reclaimer.sweep(actions);
            cursor = cursors.take(streamId, start, nanoTime.getAsLong(), old -> reclaimer.forget(old, actions));
            reclaimer.dropPassed(cursor, actions);
            cursor.until = end;
            if (ReadAheadPolicy.isBulk(maxBytes) && planner.isStreamStart(streamId, start)) {
                cursors.foundSequential(cursor);
            }
            cursor.window = policy.windowForFetch(cursor.window, maxBytes, cursors.activeStreams());
            if (cursor.sequential && !closed) {
                planner.plan(cursor, actions);
                HeldChunk head = cursor.head();
                if (head != null && !head.isHere()) {
                    cursor.window = policy.windowAfterWait(cursor.window);
                    planner.plan(cursor, actions);
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
            reclaimer.clear(cursor, actions);
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
                    reclaimer.clear(cursor, actions);
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
                reclaimer.passFirst(cursor, next, actions);
            }
            if (cursor.ahead.isEmpty()) {
                cursor.planned = next;
            }
            if (closed || cursor.outdated) {
                cursor.outdated = false;
                reclaimer.clear(cursor, actions);
            }
            if (!closed && successful && cursor.sequential) {
                planner.plan(cursor, actions);
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
                    reclaimer.clear(cursor, actions);
                }
            });
        }
        perform(actions);
    }

    // ---- without the lock ----

    private void perform(DeferredActions actions) {
        long more;
        synchronized (this) {
            more = budget.changeOfLoan();
        }
        cache.lend(more);
        actions.releaseChunks(loader, metrics);
        actions.toMove.forEach(this::move);
        actions.toLoad.forEach(this::load);
        for (ObjectMetadata object : actions.toIndex) {
            begun(() -> indexes.load(object, actions.indexedFor)).whenComplete((index, error) -> {
                if (object.equals(actions.awaited)) {
                    goOn(actions.planner, error == null);
                }
            });
        }
    }

    private void move(ChunkMove move) {
        List<CachedBlock> copies = move.copy(loader);
        synchronized (this) {
            if (move.end(copies)) {
                budget.leave(move.held);
            }
        }
        move.release();
    }

    private void load(List<HeldChunk> together) {
        together.forEach(held -> metrics.readAheadIssued(held.chunk.bytes()));
        List<CompletableFuture<List<CachedBlock>>> answers;
        try {
            answers = loader.loadAhead(
                    together.get(0).chunk.object(),
                    together.stream().map(held -> held.chunk.blocks()).toList());
        } catch (RuntimeException | Error e) {
            answers = Collections.nCopies(together.size(), CompletableFuture.failedFuture(e));
        }
        for (int i = 0; i < together.size(); i++) {
            HeldChunk held = together.get(i);
            answers.get(i).whenComplete((blocks, error) -> arrived(held, blocks, error));
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
                    chargeArrived(held, error == null);
                    if (error == null && !closed) {
                        planner.plan(cursor, actions);
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

    /** All chunks of a joined read are in memory when the first one is, although the others are not yet verified. */
    private void chargeArrived(HeldChunk held, boolean successful) {
        List<HeldChunk> here = successful && held.joined != null ? held.joined.held() : List.of(held);
        for (HeldChunk each : here) {
            Cursor owner = each.owner;
            if (owner != null) {
                budget.remove(each);
                owner.charged.remove(each);
                each.arrive(successful);
                budget.add(each);
                owner.charged.add(each);
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
                planner.plan(cursor, actions);
            }
        }
        perform(actions);
    }
}
