package io.s3stream.api;

import java.util.concurrent.CompletableFuture;

/** An append in progress: its offset is final, and its durability is pending. */
public interface AppendResult {

    /** The first offset of the batch, assigned at once. */
    long baseOffset();

    /**
     * Completes with the base offset when the batch is durable, on the callback executor, in offset order within the
     * stream. Fails with {@link io.s3stream.api.errors.AppendFailedException}.
     */
    CompletableFuture<Long> durable();
}
