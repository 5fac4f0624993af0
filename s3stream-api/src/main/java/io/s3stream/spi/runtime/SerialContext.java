package io.s3stream.spi.runtime;

import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Tasks run one at a time, in order; never on the calling thread. A task that throws is logged and the next one runs. */
public interface SerialContext extends Executor {

    /**
     * Says that the context is not needed any more, so that its thread can end. Tasks that were handed over before, and late
     * ones, still run.
     */
    default void release() {}

    /**
     * Has an owner of state told when a task of this context throws anything: its state may be half-changed. The handler
     * runs on the context, at once and once. The context goes on running tasks, so that futures complete and everything can
     * be closed; it is the owner that takes no more work from then on. A store gives its parts contexts that do this; a bare
     * context has no handlers.
     */
    default void onFailure(Consumer<Throwable> handler) {}
}
