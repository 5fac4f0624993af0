package io.s3stream.core.metadata;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One process's session with the metadata. Commands submitted while another batch is on its way are grouped; each
 * succeeds or is refused alone. Futures complete on the metadata's serial context.
 */
public interface MetadataClient {

    /** The newest state this process has applied. */
    MetadataView view();

    /**
     * Makes a command durable.
     *
     * @return its value; fails with the {@link io.s3stream.api.errors.StreamException} kind it was refused with, or
     *     {@link io.s3stream.api.errors.StorageException} after retries, in which case the outcome is unknown and this
     *     client takes no further commands
     */
    CompletableFuture<CommandResult.Accepted> submit(Command command);

    /**
     * Several, in order, in one batch. A refused one does not keep the others from being applied, and does not fail the
     * future: whoever goes on because of a command has to ask its result whether it was {@linkplain
     * CommandResult#accepted accepted}.
     */
    CompletableFuture<List<CommandResult>> submitAll(List<Command> commands);

    /** Reads the head again if it changed. */
    CompletableFuture<MetadataView> refresh();

    /**
     * Finds objects of the metadata that nothing refers to any more, and deletes them after a grace.
     *
     * @return completes when everything was looked at, which costs some listings
     */
    CompletableFuture<Void> sweep();

    /** Completes with the reason when this node's epoch was superseded or the client had to stop. */
    CompletableFuture<Throwable> stopped();

    /** No further commands; those under way fail. */
    void close();
}
