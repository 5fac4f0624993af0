package io.s3stream.core.append;

import io.s3stream.api.OffsetStamp;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.OffsetConflictException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.append.rules.OffsetRule;
import io.s3stream.core.append.waiting.GrowthWaiters;
import io.s3stream.core.append.waiting.TailWaiters;
import io.s3stream.core.cache.StreamCache;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The growing end of one open stream. Its lock guards the next offset together with the order of enqueuing. A group of
 * streams uses a {@link GroupClaim} instead of many locks. Only the append context moves the confirm offset. After a
 * failure the stream accepts no append, so that no hole appears.
 */
@SuppressWarnings("ReferenceEquality") // identity is meant
public final class StreamTail {

    /** A group claim lasts microseconds. A thread whose wake-up was lost checks again after this time. */
    private static final long CLAIM_CHECK_MILLIS = 10;

    private final long id;
    private final long epoch;
    private final StreamCache cache = new StreamCache();
    private final CompletableFuture<Throwable> ended = new CompletableFuture<>();
    private final AtomicReference<@Nullable TailWaiters> waiters = new AtomicReference<>(); // null for most streams
    private final AtomicReference<@Nullable PollWaiters> polls = new AtomicReference<>(); // null for most streams

    private long nextOffset; // guarded by this
    private @Nullable StreamException refusal; // guarded by this
    private @Nullable GroupClaim claim; // guarded by this
    private boolean stamping; // guarded by this
    private final AtomicLong confirmOffset;
    /** Payload bytes confirmed since the stream was opened. Always advanced after the confirm offset. */
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
        awaitGroup();
        return nextOffset;
    }

    public long confirmOffset() {
        return confirmOffset.getAcquire();
    }

    /** Completes with the reason when the stream refuses further appends because it failed or was taken over. */
    public CompletableFuture<Throwable> ended() {
        return ended;
    }

    /** Completes on the append context when everything before {@code offset} is durable. */
    public CompletableFuture<Void> whenDurable(long offset) {
        waiters.compareAndSet(null, new TailWaiters());
        TailWaiters present = Objects.requireNonNull(waiters.get());
        CompletableFuture<Void> future = present.add(offset, Long.MAX_VALUE);
        wake(present);
        return unlessEnded(future);
    }

    /**
     * Completes when {@code bytes} of payload from {@code offset} on, or everything before {@code end}, are durable.
     * May complete early, never late. A caller that stops waiting must cancel it.
     *
     * @param callbacks executor of the completion, unless the stream ends; must be the same in each call
     */
    public CompletableFuture<Void> whenReadable(long offset, long end, long bytes, Executor callbacks) {
        // Read before the offset: at most this much payload precedes offset, if offset is still the end.
        long before = confirmedBytes.get();
        if (confirmOffset() > offset) {
            return CompletableFuture.completedFuture(null);
        }
        return unlessEnded(pollWaiters(callbacks).add(end, before + bytes));
    }

    /**
     * Returns the waiters for the {@linkplain #confirmedBytes confirmed bytes}. They are woken on the executor, and when
     * the stream ends.
     *
     * @param callbacks as for {@link #whenReadable}
     */
    public GrowthWaiters growth(Executor callbacks) {
        return pollWaiters(callbacks).growth();
    }

    /** Returns the payload bytes confirmed since the stream was opened. They follow the confirm offset. */
    public long confirmedBytes() {
        return confirmedBytes.get();
    }

    private PollWaiters pollWaiters(Executor callbacks) {
        PollWaiters present = polls.get();
        if (present == null) {
            polls.compareAndSet(null, new PollWaiters(this, callbacks));
            present = Objects.requireNonNull(polls.get());
        }
        return present;
    }

    private CompletableFuture<Void> unlessEnded(CompletableFuture<Void> future) {
        Throwable reason = ended.getNow(null);
        if (reason != null) {
            future.completeExceptionally(reason);
        }
        return future;
    }

    /** Refuses further appends. Appends that are already enqueued continue; an append in its stamp is refused. */
    public synchronized void refuse(StreamException reason) {
        awaitGroup();
        if (refusal == null) {
            refusal = reason;
        }
    }

    /** Ends the stream for any reason: refuses further appends, and fails all waiters with the reason. */
    public void end(StreamException reason) {
        refuse(
                reason.isRetriable()
                        ? new StoreClosedException(
                                "stream=" + id + " accepts no further appends: " + reason.getMessage(), reason)
                        : reason);
        ended.complete(reason);
        TailWaiters present = waiters.get();
        if (present != null) {
            present.failAll(reason);
        }
        PollWaiters polling = polls.get();
        if (polling != null) {
            polling.failAll(reason);
        }
    }

    /** Throws the reason if the stream refuses appends. */
    synchronized void checkOpen() {
        if (refusal != null) {
            throw refusal;
        }
    }

    /**
     * Stamps a batch, gets it a place or a turn, and then takes its offsets, in this order [R37]. An exception before it
     * has a place or a turn leaves the stream unchanged, and the code calls nothing between the last two steps. The caller
     * then copies the batch without the lock.
     *
     * @param stamp code of the host, called under the lock
     */
    synchronized void append(
            PendingAppend append, OptionalLong expected, OffsetStamp stamp, AppendSequencer to, OffsetRule rule) {
        awaitGroup();
        requireNoStamp();
        checkOpen();
        long base = nextOffset;
        if (expected.isPresent() && base != expected.getAsLong()) {
            throw new OffsetConflictException(id, expected.getAsLong(), base);
        }
        long end = append.takeOffset(base);
        if (stamp != OffsetStamp.NONE) {
            stamp(append, stamp);
        }
        if (rule.precedesEnqueuing()) {
            nextOffset = end;
        }
        to.enter(append);
        nextOffset = end;
    }

    private void stamp(PendingAppend append, OffsetStamp stamp) {
        stamping = true;
        try {
            append.stampOffset(stamp);
        } finally {
            stamping = false;
        }
        checkOpen(); // the stamp may have closed the stream
    }

    /** Throws if the call comes from a stamp of this stream: two batches would get the same offset. */
    private void requireNoStamp() {
        if (stamping || claim != null) {
            throw new InvalidRequestException("stream=" + id
                    + ": an OffsetStamp appends to the stream that it is called for; append after it has returned");
        }
    }

    /** Returns the offset after a batch that begins at {@code base}. */
    long endOf(long base, int count) {
        if (base > Long.MAX_VALUE - count) {
            throw new StreamException(
                    StreamException.Kind.INVALID, "stream=" + id + " offset=" + base + ": no offsets left");
        }
        return base + count;
    }

    /**
     * Lets a group take offsets. Until the claim is over, this stream accepts no other append.
     *
     * @return the next offset
     */
    synchronized long claim(GroupClaim group) {
        awaitGroup();
        requireNoStamp();
        checkOpen();
        claim = group;
        return nextOffset;
    }

    /** Applies the outcome of a claim that is over, and wakes the threads that wait for it. */
    synchronized void settleGroup() {
        GroupClaim present = claim;
        if (present != null && present.isOver()) {
            nextOffset = present.nextOffset(this, nextOffset);
            claim = null;
            notifyAll();
        }
    }

    /**
     * Waits uninterruptibly while another thread's group takes offsets. The caller holds the lock. A claim that remains
     * belongs to this thread, which calls from a stamp.
     */
    private void awaitGroup() {
        if (claim == null || claim.isOfThisThread()) {
            return;
        }
        boolean interrupted = false;
        while (claim != null && !claim.isOver()) {
            try {
                wait(CLAIM_CHECK_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        settleGroup();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Confirms everything before {@code offset}: it is durable and in the cache. Called by the append context only, with a
     * full fence between this and {@link #wakeWaiters}.
     */
    void confirm(long offset, int payloadBytes) {
        confirmOffset.setRelease(offset);
        confirmedBytes.setRelease(confirmedBytes.getPlain() + payloadBytes);
    }

    /**
     * Wakes waiters. Must be called after {@link #confirm}: a waiter that this call misses then sees the confirmed
     * records itself.
     */
    void wakeWaiters() {
        TailWaiters present = waiters.get();
        if (present != null) {
            wake(present);
        }
        PollWaiters polling = polls.get();
        if (polling != null) {
            long bytes = confirmedBytes.get(); // first: a thread that sees these bytes also sees their offset
            polling.confirmed(confirmOffset(), bytes);
        }
    }

    void wake(TailWaiters some) {
        long bytes = confirmedBytes.get(); // first, as above
        some.wake(confirmOffset(), bytes);
    }
}
