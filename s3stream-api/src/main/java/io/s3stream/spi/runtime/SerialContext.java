package io.s3stream.spi.runtime;

import java.util.concurrent.Executor;

/** Tasks run one at a time, in order; never on the calling thread. A task that throws is logged and the next one runs. */
public interface SerialContext extends Executor {

    /**
     * Says that the context is not needed any more, so that its thread can end. Tasks that were handed over before, and late
     * ones, still run.
     */
    default void release() {}
}
