package io.s3stream.core;

import io.s3stream.api.Stream;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult.Accepted;
import io.s3stream.core.stream.OpenStreams;
import io.s3stream.core.stream.OwnedStream;
import io.s3stream.core.stream.StreamServices;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Opens one stream for one caller, or finds the handle that this store has already. Immutable. */
final class OwnerOpener implements OwnerOpenings.Opener {

    private final long id;
    private final long requestedEpoch;
    private final OpenStreams streams;
    private final StreamServices services;
    private final Submit submit;

    /** Submits a command with this node's epoch, as {@link StreamServices#submit} does. */
    interface Submit {
        CompletableFuture<Accepted> submit(LongFunction<Command> command);
    }

    /**
     * @param requestedEpoch as the caller wants it, or 0
     * @param submit may hold the command until those of other streams are there
     */
    OwnerOpener(long id, long requestedEpoch, OpenStreams streams, StreamServices services, Submit submit) {
        this.id = id;
        this.requestedEpoch = requestedEpoch;
        this.streams = streams;
        this.services = services;
        this.submit = submit;
    }

    @Override
    public @Nullable Stream present() {
        OwnedStream open = streams.open(id);
        return open == null ? null : open.forCaller(requestedEpoch);
    }

    /** A handle that is being closed comes first. */
    @Override
    public CompletableFuture<Stream> begin() {
        OwnedStream open = streams.open(id);
        CompletableFuture<Void> closing = open == null ? null : open.closing();
        return closing == null
                ? submit()
                : closing.handle((closed, error) -> error).thenCompose(error -> submit());
    }

    private CompletableFuture<Stream> submit() {
        return submit.submit(epoch -> new Command.OpenStream(services.nodeId(), epoch, id, requestedEpoch))
                .thenApply(accepted ->
                        streams.owner(OpenStreams.require(services.view(), id), accepted.value(), services));
    }
}
