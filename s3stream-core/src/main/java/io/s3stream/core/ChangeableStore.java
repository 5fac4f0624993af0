package io.s3stream.core;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.metadata.MetadataChange;
import io.s3stream.api.tools.KeptObject;
import io.s3stream.core.catalog.CatalogKeeper;
import io.s3stream.core.errors.StackRoom;
import io.s3stream.core.stream.StreamServices;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The part of a node's store that changes the metadata of streams and nodes. */
abstract class ChangeableStore extends ReadableStore implements StreamServices {

    private final MetadataChanges changes;

    ChangeableStore(Reading reading, CatalogKeeper catalog) {
        super(reading);
        this.changes = new MetadataChanges(this, streams(), catalog);
    }

    @Override
    public final CompletableFuture<Long> createStream(CreateOptions options) {
        return answers().call(() -> answers().of(beginCreating(options)));
    }

    @Override
    final CompletableFuture<Long> beginCreating(CreateOptions options) {
        StackRoom.require();
        return changes.create(options);
    }

    @Override
    public final CompletableFuture<Void> updateTags(long id, Map<String, String> expected, Map<String, String> tags) {
        return answers().call(() -> answers().of(changes.updateTags(id, expected, tags)));
    }

    @Override
    public final CompletableFuture<Void> seal(long id) {
        return answers().call(() -> answers().of(changes.seal(id)));
    }

    @Override
    public final CompletableFuture<Void> deleteStream(long id) {
        return answers().call(() -> answers().of(changes.delete(id)));
    }

    @Override
    public final CompletableFuture<List<Long>> commit(List<MetadataChange> list) {
        return answers().call(() -> {
            checkOpen();
            return answers().of(changes.commit(list));
        });
    }

    @Override
    public final long nodeEpoch() {
        return writePath().nodeEpoch();
    }

    @Override
    public final CompletableFuture<Void> setNodeTags(Map<String, String> tags) {
        return answers().call(() -> answers().of(changes.setNodeTags(tags)));
    }

    @Override
    public final CompletableFuture<Void> removeNode(int removed) {
        return answers().call(() -> answers().of(changes.removeNode(removed)));
    }

    @Override
    public final CompletableFuture<Void> releaseKeptObjects(Collection<KeptObject> objects) {
        return answers().call(() -> {
            require(objects, "objects");
            return answers().of(changes.releaseKept(objects));
        });
    }
}
