package io.s3stream.core.append;

import io.s3stream.core.append.waiting.TailWaiters;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Long polls at the end of one stream. An acknowledgement that satisfies some of them costs one task on the callback
 * executor, which wakes them all. Acknowledgements that follow before it runs cost nothing. Thread-safe.
 */
final class PollWaiters {

    private final TailWaiters waiters = new TailWaiters();
    private final AtomicBoolean waking = new AtomicBoolean();
    private final StreamTail tail;
    private final Executor callbacks;
    private final Runnable wake;

    /** @param tail whose confirmed records the polls wait for */
    PollWaiters(StreamTail tail, Executor callbacks) {
        this.tail = tail;
        this.callbacks = callbacks;
        this.wake = () -> {
            waking.set(false); // before reading: what is confirmed from here on has a task of its own
            tail.wake(waiters);
        };
    }

    /** Wakes, on the callback executor, the polls that this satisfies. */
    void confirmed(long confirmOffset, long confirmedBytes) {
        if (waiters.areReachedBy(confirmOffset, confirmedBytes) && waking.compareAndSet(false, true)) {
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
    }

    /** Like {@link TailWaiters#add}, with a look at what has just been confirmed. */
    CompletableFuture<Void> add(long offset, long bytes) {
        CompletableFuture<Void> future = waiters.add(offset, bytes);
        tail.wake(waiters);
        return future;
    }
}
