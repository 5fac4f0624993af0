package io.s3stream.core.append;

import io.s3stream.core.errors.SafeLog;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jctools.queues.MpscUnboundedArrayQueue;
import org.slf4j.LoggerFactory;

/**
 * Completes appends on the callback executor, in the order of acknowledgement even if that executor has many threads.
 * The append context fills it. A batch of completions costs one task.
 */
final class CallbackQueue {

    private static final SafeLog LOG = new SafeLog(LoggerFactory.getLogger(CallbackQueue.class));

    private final Executor executor;
    private final MpscUnboundedArrayQueue<List<Runnable>> batches = new MpscUnboundedArrayQueue<>(64);
    private final AtomicBoolean draining = new AtomicBoolean();
    private List<Runnable> collecting = new ArrayList<>();

    CallbackQueue(Executor executor) {
        this.executor = executor;
    }

    void complete(List<PendingAppend> appends) {
        if (!appends.isEmpty()) {
            collecting.add(() -> appends.forEach(CallbackQueue::acknowledge));
        }
    }

    private static void acknowledge(PendingAppend append) {
        try { // caught here, so that no append allocates a wrapper
            append.complete(append.baseOffset());
        } catch (Throwable e) {
            LOG.error("a callback of an append failed", e);
        }
    }

    void fail(PendingAppend append, Throwable error) {
        collecting.add(() -> append.completeExceptionally(error));
    }

    /** Hands over the collected completions. If the executor throws, the next flush retries. */
    void flush() {
        if (collecting.isEmpty()) {
            return;
        }
        List<Runnable> next = new ArrayList<>(); // first, because it may fail
        batches.add(collecting);
        collecting = next;
        begin();
    }

    private void begin() {
        if (draining.compareAndSet(false, true)) {
            try {
                executor.execute(this::drain);
            } catch (Throwable e) {
                draining.set(false);
                throw e;
            }
        }
    }

    private void drain() {
        do {
            try {
                for (List<Runnable> batch = batches.poll(); batch != null; batch = batches.poll()) {
                    batch.forEach(CallbackQueue::complete);
                }
            } finally {
                draining.set(false);
            }
        } while (!batches.isEmpty() && draining.compareAndSet(false, true));
    }

    /** Runs a completion. Its failure must not prevent the others. */
    private static void complete(Runnable completion) {
        try {
            completion.run();
        } catch (Throwable e) {
            LOG.error("a callback of an append failed", e);
        }
    }
}
