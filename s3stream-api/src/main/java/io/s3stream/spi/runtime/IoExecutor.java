package io.s3stream.spi.runtime;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Runs operations that block on a medium; several at a time, in no promised order. */
public interface IoExecutor extends AutoCloseable {

    /**
     * Runs a task. Deadline: none, because the time is that of the medium. The engine watches the calls to media and
     * storages instead.
     *
     * @param operation names the step, in a word, in a simulation and in logs
     * @return completes when the task returns, on the thread that did the I/O: hand over to a context before doing more
     *     than a few instructions
     */
    <T> CompletableFuture<T> submit(String operation, Callable<T> task);

    /** Refuses further tasks; running tasks finish. */
    @Override
    void close();
}
