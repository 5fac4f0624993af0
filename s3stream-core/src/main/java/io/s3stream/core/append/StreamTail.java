package io.s3stream.core.append;

import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.cache.StreamCache;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The growing end of one open stream. The lock guards the next offset together with the order of enqueuing; the confirm
 * offset is moved by the append context only. After a failure no append is taken any more: never a hole.
 */
public final class StreamTail {

    private final long id;
    private final long epoch;
    private final StreamCache cache = new StreamCache();
    private final CompletableFuture<Throwable> ended = new CompletableFuture<>();
    private final List<Waiter> waiters = new ArrayList<>(); // guarded by itself
    private volatile boolean waiting;

    private long nextOffset; // guarded by this
    private @Nullable StreamException refusal; // guarded by this
    private volatile long confirmOffset;

    private record Waiter(long offset, CompletableFuture<Void> future) {}

    public StreamTail(long id, long epoch, long nextOffset) {
        this.id = id;
        this.epoch = epoch;
        this.nextOffset = nextOffset;
        this.confirmOffset = nextOffset;
    }

    public long id() {
        return id;
    }

    public long epoch() {
        return epoch;
    }

    public StreamCache cache() {
        return cache;
    }

    public synchronized long nextOffset() {
        return nextOffset;
    }

    public long confirmOffset() {
        return confirmOffset;
    }

    /** Completes with the reason when the stream takes no more appends because it failed or was taken over. */
    public CompletableFuture<Throwable> ended() {
        return ended;
    }

    /** Completes, on the append context, when everything before {@code offset} is durable. */
    public CompletableFuture<Void> whenDurable(long offset) {
        CompletableFuture<Void> future = new CompletableFuture<>();
        synchronized (waiters) {
            waiters.removeIf(waiter -> waiter.future().isDone());
            waiters.add(new Waiter(offset, future));
            waiting = true;
        }
        wakeWaiters();
        Throwable reason = ended.getNow(null);
        if (reason != null) {
            future.completeExceptionally(reason);
        }
        return future;
    }

    /** The stream takes no more appends; those enqueued go on. */
    public synchronized void refuse(StreamException reason) {
        if (refusal == null) {
            refusal = reason;
        }
    }

    /** The stream is finished: takes no more appends, whatever the reason was, and waiters hear why. */
    public void end(StreamException reason) {
        refuse(
                reason.isRetriable()
                        ? new StoreClosedException(
                                "stream=" + id + " takes no more appends: " + reason.getMessage(), reason)
                        : reason);
        ended.complete(reason);
        List<Waiter> losers;
        synchronized (waiters) {
            losers = List.copyOf(waiters);
            waiters.clear();
            waiting = false;
        }
        losers.forEach(waiter -> waiter.future().completeExceptionally(reason));
    }

    /** Throws the reason if the stream takes no more appends. */
    synchronized void checkOpen() {
        if (refusal != null) {
            throw refusal;
        }
    }

    /** Takes the next offsets; the caller holds the lock of this object and enqueues before it lets go. */
    long takeOffsets(int count) {
        checkOpen();
        long base = nextOffset;
        if (base > Long.MAX_VALUE - count) {
            throw new StreamException(
                    StreamException.Kind.INVALID, "stream=" + id + " offset=" + base + ": no offsets left");
        }
        nextOffset = base + count;
        return base;
    }

    /** Everything before {@code offset} is durable and in the cache. */
    void confirm(long offset) {
        confirmOffset = offset;
    }

    void wakeWaiters() {
        if (!waiting) {
            return;
        }
        List<Waiter> ready = new ArrayList<>();
        synchronized (waiters) {
            waiters.removeIf(waiter -> waiter.offset() <= confirmOffset && ready.add(waiter));
            waiting = !waiters.isEmpty();
        }
        ready.forEach(waiter -> waiter.future().complete(null));
    }
}
