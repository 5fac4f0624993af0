package io.s3stream.core.append;

import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.cache.StreamCache;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
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
    private final AtomicReference<@Nullable TailWaiters> waiters = new AtomicReference<>(); // most streams have none

    private long nextOffset; // guarded by this
    private @Nullable StreamException refusal; // guarded by this
    private final AtomicLong confirmOffset;
    /** Payload bytes confirmed since the stream was opened; moved after the offset, never before it. */
    private final AtomicLong confirmedBytes = new AtomicLong();

    public StreamTail(long id, long epoch, long nextOffset) {
        this.id = id;
        this.epoch = epoch;
        this.nextOffset = nextOffset;
        this.confirmOffset = new AtomicLong(nextOffset);
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
        return confirmOffset.getAcquire();
    }

    /** Completes with the reason when the stream takes no more appends because it failed or was taken over. */
    public CompletableFuture<Throwable> ended() {
        return ended;
    }

    /** Completes, on the append context, when everything before {@code offset} is durable. */
    public CompletableFuture<Void> whenDurable(long offset) {
        return await(offset, Long.MAX_VALUE);
    }

    /**
     * Completes, on the append context, when there are {@code bytes} of payload from {@code offset} on, or everything
     * before {@code end} is durable. May be early, never late. Cancelled when nobody waits any more.
     */
    public CompletableFuture<Void> whenReadable(long offset, long end, long bytes) {
        // Read before the offset: these bytes are not more than there are before offset, if that is still the end.
        long before = confirmedBytes.get();
        return confirmOffset() > offset ? CompletableFuture.completedFuture(null) : await(end, before + bytes);
    }

    private CompletableFuture<Void> await(long offset, long bytes) {
        waiters.compareAndSet(null, new TailWaiters());
        CompletableFuture<Void> future = Objects.requireNonNull(waiters.get()).add(offset, bytes);
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
        TailWaiters present = waiters.get();
        if (present != null) {
            present.failAll(reason);
        }
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

    /** Everything before {@code offset} is durable and in the cache; by the append context alone. */
    void confirm(long offset, int payloadBytes) {
        confirmOffset.setRelease(offset);
        confirmedBytes.set(confirmedBytes.getPlain() + payloadBytes);
    }

    /** To be called after {@link #confirm}: then a waiter that came too late to be seen here sees what was confirmed. */
    void wakeWaiters() {
        TailWaiters present = waiters.get();
        if (present != null) {
            long bytes = confirmedBytes.get(); // first: whoever sees these bytes sees their offset
            present.wake(confirmOffset(), bytes);
        }
    }
}
