package io.s3stream.spi.runtime;

import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Tasks run one at a time, in order of their handover. Only {@link #executeOrRun} may run them on the calling thread. A
 * task that throws is logged and the next one runs.
 */
public interface SerialContext extends Executor {

    /**
     * As {@link #execute}. If the context is idle and the caller is an I/O thread of the runtime, the task may run on that
     * thread before this returns, and so may a few later tasks. The answer to a write then needs no other thread. The
     * caller holds no lock, and has no further work that waits.
     */
    default void executeOrRun(Runnable task) {
        execute(task);
    }

    /**
     * Tells that the context is no longer needed, so that its thread can end. Earlier tasks and late tasks still run.
     */
    default void release() {}

    /**
     * Calls the handler when a task of this context throws: the state of its owner may be half-changed. The handler
     * runs on the context, at once and once. The context still runs tasks, so that futures complete and the owner can
     * be closed; the owner refuses further work. A store gives its parts contexts that do this; a bare context has no
     * handlers.
     */
    default void onFailure(Consumer<Throwable> handler) {}
}
