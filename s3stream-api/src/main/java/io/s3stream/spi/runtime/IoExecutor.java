package io.s3stream.spi.runtime;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Runs operations that block on a medium; several at a time, in no promised order. */
public interface IoExecutor extends AutoCloseable {

    /**
     * @param operation what it does, in a word: the name of the step in a simulation, and in logs
     * @return completes on the thread that did the I/O: hand over to a context before doing more than a few instructions
     */
    <T> CompletableFuture<T> submit(String operation, Callable<T> task);

    /** No further tasks; those begun finish. */
    @Override
    void close();
}
