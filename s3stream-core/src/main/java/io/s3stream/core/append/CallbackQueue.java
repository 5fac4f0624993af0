package io.s3stream.core.append;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jctools.queues.MpscUnboundedArrayQueue;

/**
 * Completes appends on the callback executor in the order of acknowledgement, also when that executor has many threads.
 * Filled by the append context; a batch of completions costs one hop.
 */
final class CallbackQueue {

    private final Executor executor;
    private final MpscUnboundedArrayQueue<List<Runnable>> batches = new MpscUnboundedArrayQueue<>(64);
    private final AtomicBoolean draining = new AtomicBoolean();
    private List<Runnable> collecting = new ArrayList<>();

    CallbackQueue(Executor executor) {
        this.executor = executor;
    }

    void complete(List<PendingAppend> appends) {
        if (!appends.isEmpty()) {
            collecting.add(() -> appends.forEach(append -> append.complete(append.baseOffset())));
        }
    }

    void fail(PendingAppend append, Throwable error) {
        collecting.add(() -> append.completeExceptionally(error));
    }

    /** Sends what was collected on its way. */
    void flush() {
        if (collecting.isEmpty()) {
            return;
        }
        batches.add(collecting);
        collecting = new ArrayList<>();
        if (draining.compareAndSet(false, true)) {
            executor.execute(this::drain);
        }
    }

    private void drain() {
        do {
            for (List<Runnable> batch = batches.poll(); batch != null; batch = batches.poll()) {
                batch.forEach(Runnable::run);
            }
            draining.set(false);
        } while (!batches.isEmpty() && draining.compareAndSet(false, true));
    }
}
