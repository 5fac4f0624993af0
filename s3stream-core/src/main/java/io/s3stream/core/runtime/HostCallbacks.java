package io.s3stream.core.runtime;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Callbacks on the executor of the host, whatever it is like. It may be full, be shut down or throw anything: then the
 * callback runs on a thread of ours. It may run tasks on the calling thread, or block until it has room, perhaps for ever.
 * So no thread of the engine calls it, but one thread of ours that does nothing else.
 */
@SuppressWarnings("ReferenceEquality") // this very thread
final class HostCallbacks implements Executor {

    private static final Logger LOG = LoggerFactory.getLogger(HostCallbacks.class);

    private final Executor host;
    private final Executor handover;
    private final Executor own;
    private final AtomicBoolean hasFailed = new AtomicBoolean();

    /**
     * @param handover the one thread that calls {@code host}
     * @param own runs the callbacks that {@code host} does not take
     */
    HostCallbacks(Executor host, Executor handover, Executor own) {
        this.host = host;
        this.handover = handover;
        this.own = own;
    }

    @Override
    public void execute(Runnable task) {
        handover.execute(() -> handOver(task));
    }

    private void handOver(Runnable task) {
        Callback callback = new Callback(task, own);
        try {
            host.execute(callback);
        } catch (Throwable e) {
            if (hasFailed.compareAndSet(false, true)) {
                LOG.warn("the host's callback executor failed; callbacks it does not take run on a thread of ours", e);
            }
            own.execute(callback); // it may have run already: then this does nothing
        } finally {
            callback.handedOver();
        }
    }

    /** Runs once, and not while it is being handed over. */
    private static final class Callback implements Runnable {

        private final Runnable task;
        private final Executor own;
        private final AtomicBoolean hasRun = new AtomicBoolean();
        private volatile @Nullable Thread handingOver = Thread.currentThread();

        Callback(Runnable task, Executor own) {
            this.task = task;
            this.own = own;
        }

        void handedOver() {
            handingOver = null;
        }

        @Override
        public void run() {
            if (handingOver == Thread.currentThread()) {
                own.execute(this);
            } else if (hasRun.compareAndSet(false, true)) {
                task.run();
            }
        }
    }
}
