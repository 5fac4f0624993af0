package io.s3stream.core;

import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;

/** What an owner's stream handle needs of its store. */
interface StreamServices extends ReaderServices {

    WritePath writePath();

    int nodeId();

    /** Blocks appends while there is no memory for them. */
    WaitingAppends waitingAppends();

    /**
     * Submits a command under this node's epoch. Completes on the metadata's context, for effects to be chained; callers get
     * an {@linkplain #answers answer} of the last of them.
     */
    CompletableFuture<CommandResult.Accepted> submit(LongFunction<Command> command);

    /** The handle is closed. */
    void forget(OwnedStream stream);
}
