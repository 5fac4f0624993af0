package io.s3stream.core.runtime;

import java.util.concurrent.Executor;

/**
 * A thread for callbacks. It accepts tasks at any time: an answer during or after the close of the store must still
 * reach its caller. It must not run on a thread of the engine, which a callback may block. Once closed, the thread ends
 * when it is idle. Handing over is lock-free, because the caller may be at the end of its stack.
 */
final class CallbackThread implements Executor, AutoCloseable {

    private final ThreadContext thread;

    CallbackThread(String name) {
        this.thread = new ThreadContext(name, NamedThreads.ofHost(name), released -> {});
    }

    @Override
    public void execute(Runnable task) {
        thread.execute(task);
    }

    /** Still runs tasks, but the idle thread ends instead of waiting for more. */
    @Override
    public void close() {
        thread.release();
    }
}
