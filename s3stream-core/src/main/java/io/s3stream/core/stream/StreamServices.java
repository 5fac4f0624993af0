package io.s3stream.core.stream;

import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.write.WritePath;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;

/** Services of a store for the stream handles of an owner. */
public interface StreamServices extends ReaderServices {

    WritePath writePath();

    int nodeId();

    /** Blocks appends while there is no memory for them. */
    WaitingAppends waitingAppends();

    /**
     * Submits a command with this node's epoch. Completes on the metadata's context, so that effects can be chained.
     * Callers get an {@linkplain #answers answer} to the last effect.
     */
    CompletableFuture<CommandResult.Accepted> submit(LongFunction<Command> command);

    /** Records that the handle is closed. */
    void forget(OwnedStream stream);
}
