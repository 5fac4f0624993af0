package io.s3stream.core.append;

import io.s3stream.core.append.waiting.GrowthWaiters;
import io.s3stream.core.append.waiting.TailWaiters;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Long polls at the end of one stream, and waits for the growth of several streams. An acknowledgement that satisfies any of them costs one task on the callback
 * executor, which wakes them all. Further acknowledgements before that task runs cost nothing. Thread-safe.
 */
final class PollWaiters {

    private final TailWaiters waiters = new TailWaiters();
    private final GrowthWaiters growth = new GrowthWaiters();
    private final AtomicBoolean waking = new AtomicBoolean();
    private final StreamTail tail;
    private final Executor callbacks;
    private final Runnable wake;

    /** @param tail stream whose confirmed records the polls wait for */
    PollWaiters(StreamTail tail, Executor callbacks) {
        this.tail = tail;
        this.callbacks = callbacks;
        this.wake = () -> {
            waking.set(false); // before the read: later confirmations schedule another task
            tail.wake(waiters);
            growth.wake(tail.confirmedBytes());
        };
    }

    /** Wakes the satisfied polls on the callback executor. */
    void confirmed(long confirmOffset, long confirmedBytes) {
        boolean isAnyReached =
                waiters.areReachedBy(confirmOffset, confirmedBytes) || growth.isReachedBy(confirmedBytes);
        if (isAnyReached && waking.compareAndSet(false, true)) {
            try {
                callbacks.execute(wake);
            } catch (RuntimeException | Error e) {
                waking.set(false);
                throw e;
            }
        }
    }

    void failAll(Throwable reason) {
        waiters.failAll(reason);
        growth.wakeAll();
    }

    GrowthWaiters growth() {
        return growth;
    }

    /** Adds a poll like {@link TailWaiters#add}, and checks for records that were just confirmed. */
    CompletableFuture<Void> add(long offset, long bytes) {
        CompletableFuture<Void> future = waiters.add(offset, bytes);
        tail.wake(waiters);
        return future;
    }
}
