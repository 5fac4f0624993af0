package io.s3stream.core.runtime;

import io.s3stream.core.errors.SafeLog;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A thread for I/O of the engine. It may run a serial context that is idle, and after that the callbacks that resulted.
 * Its state belongs to the thread itself.
 */
final class IoThread extends Thread {

    private static final SafeLog LOG = new SafeLog(LoggerFactory.getLogger(IoThread.class));

    private final Deque<Runnable> callbacks = new ArrayDeque<>();
    private int contexts; // being run, one inside the other
    private boolean runsCallbacks;
    private @Nullable Runnable onCallbacksDone; // set while callbacks collect or run

    IoThread(ThreadGroup group, Runnable task, String name) {
        super(group, task, name, 0, false);
    }

    /** Returns the current thread if it is an I/O thread that runs a context, or null. */
    static @Nullable IoThread inContext() {
        return Thread.currentThread() instanceof IoThread thread && thread.contexts > 0 ? thread : null;
    }

    void enterContext() {
        contexts++;
    }

    void leaveContext() {
        contexts--;
    }

    /** Returns whether callbacks collect or run on this thread. */
    boolean hasCallbacks() {
        return onCallbacksDone != null;
    }

    /**
     * Runs a callback when the thread has left the context. Only for the thread itself.
     *
     * @param onDone called when all callbacks that have collected are done
     */
    void afterContext(Runnable callback, Runnable onDone) {
        callbacks.add(callback);
        onCallbacksDone = onDone;
    }

    /** Runs the callbacks that have collected. The thread is in no context, so they may block. */
    void runCallbacks() {
        Runnable onDone = onCallbacksDone;
        if (onDone == null || contexts > 0 || runsCallbacks) {
            return;
        }
        runsCallbacks = true;
        try {
            for (Runnable callback = callbacks.poll(); callback != null; callback = callbacks.poll()) {
                run(callback);
            }
        } finally {
            runsCallbacks = false;
            onCallbacksDone = null;
            onDone.run();
        }
        if (Thread.interrupted()) { // it would close the channel of the next write
            LOG.debug("{} ignores an interrupt by a callback", getName());
        }
    }

    private static void run(Runnable callback) {
        try {
            callback.run();
        } catch (Throwable e) {
            LOG.error("a callback failed", e);
        }
    }
}
