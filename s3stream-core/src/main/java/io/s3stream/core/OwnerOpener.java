package io.s3stream.core;

import io.s3stream.api.Stream;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.stream.OpenStreams;
import io.s3stream.core.stream.OwnedStream;
import io.s3stream.core.stream.StreamServices;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Opens one stream for one caller, or finds the handle that this store has already. Immutable. */
final class OwnerOpener implements OwnerOpenings.Opener {

    private final long id;
    private final long requestedEpoch;
    private final OpenStreams streams;
    private final StreamServices services;

    /** @param requestedEpoch as the caller wants it, or 0 */
    OwnerOpener(long id, long requestedEpoch, OpenStreams streams, StreamServices services) {
        this.id = id;
        this.requestedEpoch = requestedEpoch;
        this.streams = streams;
        this.services = services;
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
        return services.submit(epoch -> new Command.OpenStream(services.nodeId(), epoch, id, requestedEpoch))
                .thenApply(accepted ->
                        streams.owner(OpenStreams.require(services.view(), id), accepted.value(), services));
    }
}
