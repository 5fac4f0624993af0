package io.s3stream.core.runtime;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs a callback on the I/O thread whose answer has led to it, after that thread has left the context. At most a single
 * I/O thread runs callbacks, because they may block, and each pool has a spare thread for it. Other callbacks run on a
 * thread of their own. Thread-safe.
 */
final class InlineCallbacks implements Executor {

    private final Executor own;
    private final AtomicBoolean isTaken = new AtomicBoolean(); // an I/O thread collects or runs callbacks

    /** @param own runs the callbacks that do not come from an I/O thread, or come while another one runs callbacks */
    InlineCallbacks(Executor own) {
        this.own = own;
    }

    @Override
    public void execute(Runnable task) {
        IoThread thread = IoThread.inContext();
        if (thread == null) {
            own.execute(task);
        } else if (thread.hasCallbacks()) {
            thread.afterContext(task, this::release);
        } else if (isTaken.compareAndSet(false, true)) {
            begin(thread, task);
        } else {
            own.execute(task);
        }
    }

    private void begin(IoThread thread, Runnable task) {
        try {
            thread.afterContext(task, this::release);
        } catch (Throwable e) {
            isTaken.set(false);
            throw e;
        }
    }

    private void release() {
        isTaken.set(false);
    }
}
