package io.s3stream.core.runtime;

import java.util.concurrent.Executor;

/**
 * One thread for callbacks, which takes tasks for ever: an answer that comes while the store closes, or later, must still
 * reach its caller, and not on a thread of the engine, which a callback may block. Once closed, the thread ends when it is
 * idle. Handing over takes no lock, because the caller may be at the end of its stack.
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

    /** Tasks are run as before; the thread does not wait for more of them. */
    @Override
    public void close() {
        thread.release();
    }
}
