package io.s3stream.spi.runtime;

import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Tasks run one at a time, in order; never on the calling thread. A task that throws is logged and the next one runs.
 */
public interface SerialContext extends Executor {

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
