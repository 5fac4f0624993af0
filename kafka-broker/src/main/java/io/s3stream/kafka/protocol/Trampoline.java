package io.s3stream.kafka.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Runs one task after the other. A task that is given while another task runs follows it, on that thread: the stack does
 * not grow, however often a task gives the next one. It owns the next task, guarded by its lock.
 */
final class Trampoline {

    @Nullable
    private Runnable next;

    private boolean isRunning;

    /** Runs {@code task} now, or after the running task. A task gives at most one other task. */
    void run(Runnable task) {
        synchronized (this) {
            next = task;
            if (isRunning) {
                return;
            }
            isRunning = true;
        }
        for (Runnable now = take(); now != null; now = take()) {
            now.run();
        }
    }

    @Nullable
    private synchronized Runnable take() {
        Runnable taken = next;
        next = null;
        isRunning = taken != null;
        return taken;
    }
}
