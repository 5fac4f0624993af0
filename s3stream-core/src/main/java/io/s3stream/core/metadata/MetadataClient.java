package io.s3stream.core.metadata;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A process's session with the metadata. Commands submitted while a batch is in flight form the next batch. Each
 * command succeeds or is refused alone. Futures complete on the metadata's serial context.
 */
public interface MetadataClient {

    /** Returns the newest state that this process has applied. */
    MetadataView view();

    /**
     * Makes a command durable.
     *
     * @return its value; fails with the {@link io.s3stream.api.errors.StreamException} kind of the refusal, or after
     *     retries with {@link io.s3stream.api.errors.StorageException}. Then the outcome is unknown and this client
     *     refuses all further commands
     */
    CompletableFuture<CommandResult.Accepted> submit(Command command);

    /**
     * Makes several commands durable, in order, in one batch. A refused command neither stops the others nor fails the
     * future. A caller that depends on a command must ask its result whether it was {@linkplain CommandResult#accepted
     * accepted}.
     */
    CompletableFuture<List<CommandResult>> submitAll(List<Command> commands);

    /** Reads the head again if it changed. */
    CompletableFuture<MetadataView> refresh();

    /**
     * Runs {@code task} on the metadata's serial context, between two batches, with the newest state that this process
     * has applied. The task delays all commits, so it must be short. Its failure fails the future only.
     */
    <T> CompletableFuture<T> between(Function<? super TrackedState, ? extends T> task);

    /**
     * Sets the listener that is called on the metadata's serial context after this process has applied batches, its own
     * or others'. It must neither block nor throw. A later call replaces the listener.
     */
    void onApplied(Runnable listener);

    /**
     * Finds unreferenced objects of the metadata, and deletes them after a grace period.
     *
     * @return completes when all objects were examined, which costs some listings
     */
    CompletableFuture<Void> sweep();

    /** Completes with the reason when this node's epoch was superseded or the client had to stop. */
    CompletableFuture<Throwable> stopped();

    /** Stops the client. Pending commands fail. */
    void close();
}
