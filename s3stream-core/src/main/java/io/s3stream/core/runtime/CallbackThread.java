package io.s3stream.core.runtime;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread for callbacks, which takes tasks for ever: an answer that comes while the store closes, or later, must still
 * reach its caller, and not on a thread of the engine, which a callback may block. Idle, the thread ends; once closed, it
 * ends soon.
 */
final class CallbackThread implements Executor, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CallbackThread.class);
    private static final long IDLE_SECONDS = 60;

    private final ThreadPoolExecutor thread;

    CallbackThread(String name) {
        this.thread = new ThreadPoolExecutor(
                1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), NamedThreads.ofHost(name));
        thread.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable task) {
        thread.execute(() -> {
            try {
                task.run();
            } catch (Throwable e) {
                LOG.error("a callback failed", e);
            }
        });
    }

    /** Tasks are run as before; the thread does not wait for more of them. */
    @Override
    public void close() {
        thread.setKeepAliveTime(1, TimeUnit.MILLISECONDS);
    }
}
