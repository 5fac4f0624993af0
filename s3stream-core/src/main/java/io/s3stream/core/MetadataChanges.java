package io.s3stream.core;

import io.s3stream.api.tools.KeptObject;
import io.s3stream.core.catalog.CatalogKeeper;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.StoredObject;
import io.s3stream.core.stream.OpenStreams;
import io.s3stream.core.stream.OwnedStream;
import io.s3stream.core.stream.StreamServices;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Changes of streams and nodes that need little more than a command. Thread-safe. */
final class MetadataChanges {

    private static final int MAX_RELEASED_TOGETHER = 1000;

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

    /** Retires kept objects, {@value #MAX_RELEASED_TOGETHER} in one command. */
    CompletableFuture<Void> releaseKept(Collection<KeptObject> objects) {
        List<StoredObject> all = objects.stream()
                .map(object -> new StoredObject(object.key(), object.size()))
                .toList();
        return releaseFrom(all, 0);
    }

    private CompletableFuture<Void> releaseFrom(List<StoredObject> objects, int from) {
        if (from >= objects.size()) {
            return CompletableFuture.completedFuture(null);
        }
        int to = Math.min(objects.size(), from + MAX_RELEASED_TOGETHER);
        return services.submit(epoch -> new Command.RetireObjects(services.nodeId(), epoch, objects.subList(from, to)))
                .thenCompose(accepted -> releaseFrom(objects, to));
    }
}
