package io.s3stream.core;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.metadata.MetadataChange;
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

    CompletableFuture<Long> create(CreateOptions options) {
        ReadableStore.require(options, "options");
        return services.submit(
                        epoch -> new Command.CreateStream(services.nodeId(), epoch, options.name(), options.tags()))
                .thenApply(accepted -> {
                    catalog.changed();
                    return accepted.value();
                });
    }

    CompletableFuture<Void> delete(long id) {
        return services.submit(epoch -> new Command.DeleteStream(services.nodeId(), epoch, id))
                .thenAccept(accepted -> {
                    catalog.changed();
                    streams.deleted(id);
                });
    }

    CompletableFuture<List<Long>> commit(List<MetadataChange> changes) {
        ReadableStore.require(changes, "changes");
        for (int i = 0; i < changes.size(); i++) {
            ReadableStore.require(changes.get(i), "changes[" + i + "]");
        }
        List<MetadataChange> all = List.copyOf(changes);
        if (all.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        return services.submit(epoch -> new Command.CommitChanges(
                        services.nodeId(),
                        epoch,
                        all.stream().map(change -> command(change, epoch)).toList()))
                .thenApply(accepted -> {
                    catalog.changed();
                    all.forEach(this::endHandles);
                    return accepted.streams();
                });
    }

    private Command command(MetadataChange change, long epoch) {
        int node = services.nodeId();
        if (change instanceof MetadataChange.Create create) {
            return new Command.CreateStream(node, epoch, create.name(), create.tags());
        } else if (change instanceof MetadataChange.UpdateTags update) {
            return new Command.UpdateTags(node, epoch, update.id(), update.expected(), update.tags());
        } else if (change instanceof MetadataChange.Rename rename) {
            return new Command.RenameStream(node, epoch, rename.id(), rename.expectedName(), rename.newName());
        }
        return new Command.DeleteStream(node, epoch, ((MetadataChange.Delete) change).id());
    }

    private void endHandles(MetadataChange change) {
        if (change instanceof MetadataChange.Delete delete) {
            streams.deleted(delete.id());
        }
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

    CompletableFuture<Void> setNodeTags(Map<String, String> tags) {
        ReadableStore.require(tags, "tags");
        return services.submit(epoch -> new Command.SetNodeTags(services.nodeId(), epoch, tags))
                .thenApply(accepted -> null);
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
