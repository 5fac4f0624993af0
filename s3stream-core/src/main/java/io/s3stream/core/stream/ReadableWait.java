package io.s3stream.core.stream;

import io.s3stream.core.errors.StackRoom;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A wait of one caller for data of several streams together. It holds no thread, only a timer, a waiter on each owned
 * stream, and one condition for all readers. The owned streams share the bytes that are still missing: each has a mark
 * up to which it may grow without a wake-up. The marks together stay below the missing bytes, so the wait is never late.
 * A wake-up distributes the rest: one half equally, the other in proportion to the growth until then. So a wait needs
 * few wake-ups for any distribution of the growth. Several streams that reach their marks together cause one check on
 * the callback executor. Guards its own state and its legs by its lock.
 */
final class ReadableWait {

    /** Less than this share of each stream is not worth distributing: each append is checked. */
    private static final long SMALL_SHARE = 1024;

    private final long minBytes;
    private final Executor callbacks;
    private final List<OwnedLeg> owned = new ArrayList<>();
    private final List<ReaderLeg> readers = new ArrayList<>();
    private final CompletableFuture<Void> future = new CompletableFuture<>();
    private final AtomicBoolean isCheckDue = new AtomicBoolean();
    private boolean isOver; // guarded by this
    private boolean isOutside; // guarded by this

    private ReadableWait(long minBytes, Executor callbacks) {
        this.minBytes = minBytes;
        this.callbacks = callbacks;
    }

    /**
     * Begins a wait.
     *
     * @param commits tells of commits to the readers
     * @return the caller cancels it to end the wait
     */
    static CompletableFuture<Void> begin(
            ReadableRequest request, EngineRuntime runtime, CommitWatch commits, MetadataView view) {
        if (request.maxWait().isZero()) {
            return CompletableFuture.completedFuture(null);
        }
        StackRoom.require();
        ReadableWait wait = new ReadableWait(request.minBytes(), runtime.callbacks());
        try {
            wait.add(request, view);
            wait.check();
            wait.register(request.maxWait(), runtime, commits);
        } catch (Throwable e) {
            wait.release();
            throw e;
        }
        return wait.future;
    }

    private synchronized void add(ReadableRequest request, MetadataView view) {
        for (ReadableRequest.Owned position : request.owned()) {
            isOutside |= position.isOutside();
            owned.add(new OwnedLeg(this, position, callbacks));
        }
        for (ReadableRequest.Committed position : request.committed()) {
            ReaderLeg leg = new ReaderLeg(position);
            isOutside |= !leg.look(view);
            readers.add(leg);
        }
    }

    private void register(Duration maxWait, EngineRuntime runtime, CommitWatch commits) {
        if (future.isDone()) {
            release();
            return;
        }
        List<CompletableFuture<?>> events = new ArrayList<>();
        try {
            if (!readers.isEmpty()) {
                events.add(commits.when(this::isReachedIn));
                readers.forEach(leg -> events.add(leg.ended()));
            }
            Duration delay = Duration.ofNanos(Fetches.waitNanos(maxWait));
            Timer timer = runtime.schedule(delay, callbacks, () -> future.complete(null));
            future.whenComplete((nothing, error) -> {
                timer.cancel();
                events.forEach(event -> event.cancel(false));
                release();
            });
            events.forEach(event -> event.whenComplete((value, error) -> settle(error)));
        } catch (Throwable e) {
            events.forEach(event -> event.cancel(false));
            throw e;
        }
    }

    private void settle(@Nullable Throwable error) {
        if (error == null) {
            future.complete(null);
        } else {
            future.completeExceptionally(error);
        }
    }

    /** Looks at all streams soon. Never throws. */
    void checkSoon() {
        if (isCheckDue.compareAndSet(false, true)) {
            try {
                callbacks.execute(this::check);
            } catch (RuntimeException | Error e) { // executor of the host
                check();
            }
        }
    }

    /** Looks at all streams again. Called without the lock, because it completes the future. Never throws. */
    void check() {
        isCheckDue.set(false); // before the look: later growth causes another check
        try {
            if (isReached()) {
                future.complete(null);
            }
        } catch (Throwable e) { // no other step would complete the future
            future.completeExceptionally(e);
        }
    }

    /** Looks at the readers in new metadata, and then at all streams. Never throws. */
    private boolean isReachedIn(MetadataView view) {
        try {
            return hasMoreIn(view) && isReached();
        } catch (Throwable e) {
            future.completeExceptionally(e);
            return false;
        }
    }

    private synchronized boolean hasMoreIn(MetadataView view) {
        boolean hasMore = false;
        for (ReaderLeg leg : readers) {
            long before = leg.bytes();
            isOutside |= !leg.look(view);
            hasMore |= leg.bytes() != before;
        }
        return hasMore || isOutside;
    }

    /** Returns whether the wait is over. If not, sets the marks of the owned streams. */
    private synchronized boolean isReached() {
        boolean grewDuringThis = true;
        while (grewDuringThis && !isOver) {
            long bytes = readers.stream().mapToLong(ReaderLeg::bytes).reduce(0, ReadableWait::saturatedSum);
            long grown = 0;
            for (OwnedLeg leg : owned) {
                isOutside |= leg.hasEnded();
                bytes = saturatedSum(bytes, leg.look());
                grown += leg.grown();
            }
            if (isOutside || bytes >= minBytes) {
                return true;
            }
            distribute(minBytes - bytes - 1, grown);
            grewDuringThis = owned.stream().anyMatch(OwnedLeg::isToBeChecked);
        }
        return false;
    }

    /** @param slack bytes by which the streams together may grow without a wake-up */
    private void distribute(long slack, long grown) {
        if (owned.isEmpty() || slack / owned.size() < SMALL_SHARE) {
            owned.forEach(leg -> leg.await(0));
            return;
        }
        long inProportion = grown == 0 ? 0 : slack / 2;
        long equally = (slack - inProportion) / owned.size();
        long left = inProportion;
        for (OwnedLeg leg : owned) {
            double part = grown == 0 ? 0 : (double) leg.grown() / grown;
            long share = Math.min(left, (long) (inProportion * part)); // the parts may add up to slightly more than 1
            left -= share;
            leg.await(equally + share);
        }
    }

    private void release() {
        List<OwnedLeg> waiting;
        synchronized (this) {
            isOver = true;
            waiting = List.copyOf(owned);
        }
        waiting.forEach(OwnedLeg::remove);
    }

    private static long saturatedSum(long one, long other) {
        long sum = one + other;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
