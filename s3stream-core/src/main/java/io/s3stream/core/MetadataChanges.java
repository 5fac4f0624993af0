package io.s3stream.core;

import io.s3stream.core.catalog.CatalogKeeper;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.stream.OpenStreams;
import io.s3stream.core.stream.OwnedStream;
import io.s3stream.core.stream.StreamServices;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Changes of streams and nodes that need little more than a command. Thread-safe. */
final class MetadataChanges {

    private final StreamServices services;
    private final OpenStreams streams;
    private final CatalogKeeper catalog;

    MetadataChanges(StreamServices services, OpenStreams streams, CatalogKeeper catalog) {
        this.services = services;
        this.streams = streams;
        this.catalog = catalog;
    }

    CompletableFuture<Void> updateTags(long id, Map<String, String> expected, Map<String, String> tags) {
        ReadableStore.require(expected, "expected");
        ReadableStore.require(tags, "tags");
        return services.submit(epoch -> new Command.UpdateTags(services.nodeId(), epoch, id, expected, tags))
                .thenAccept(accepted -> catalog.changed());
    }

    /** An owner uploads its records first. */
    CompletableFuture<Void> seal(long id) {
        OwnedStream open = streams.open(id);
        CompletableFuture<?> sealed = open == null
                ? services.submit(epoch -> new Command.SealStream(services.nodeId(), epoch, id, 0, 0))
                : open.seal();
        return sealed.thenAccept(done -> catalog.changed());
    }

    CompletableFuture<Void> removeNode(int removed) {
        return services.submit(epoch -> new Command.RemoveNode(services.nodeId(), epoch, removed))
                .thenApply(accepted -> null);
    }
}
