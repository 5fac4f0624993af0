package io.s3stream.core;

import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.read.ReadPath;
import io.s3stream.spi.runtime.EngineRuntime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;

/** What a stream handle needs of its store. */
interface StreamServices {

    EngineRuntime runtime();

    WritePath writePath();

    ReadPath readPath();

    int nodeId();

    Duration appendTimeout();

    MetadataView view();

    /** Reads the metadata again. */
    CompletableFuture<MetadataView> refresh();

    /** Submits a command under this node's epoch; completes on the callback executor. */
    CompletableFuture<CommandResult.Accepted> submit(LongFunction<Command> command);

    /** The same future, completing on the callback executor. */
    <T> CompletableFuture<T> onCallbacks(CompletableFuture<T> future);

    /** The handle is closed. */
    void forget(OwnedStream stream);

    /** The handle is closed. */
    void forget(CommittedReader reader);
}
