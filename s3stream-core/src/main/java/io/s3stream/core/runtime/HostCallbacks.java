package io.s3stream.core.runtime;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs callbacks on the executor of the host, which may behave in any way. If it is full, shut down or throws, the
 * callback runs on a thread of the library. It may also run tasks on the calling thread, or block without end. So no
 * thread of the engine calls it: a dedicated thread of the library does.
 */
@SuppressWarnings("ReferenceEquality") // identity is meant
final class HostCallbacks implements Executor {

    private static final Logger LOG = LoggerFactory.getLogger(HostCallbacks.class);

    private final Executor host;
    private final Executor handover;
    private final Executor own;
    private final AtomicBoolean hasFailed = new AtomicBoolean();

    /**
     * @param handover the only thread that calls {@code host}
     * @param own runs the callbacks that {@code host} does not accept
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
                LOG.warn(
                        "the host's callback executor failed; callbacks that it rejects run on a thread of the library",
                        e);
            }
            own.execute(callback); // does nothing if it has already run
        } finally {
            callback.handedOver();
        }
    }

    /** Runs once, and not during its own handover. */
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
