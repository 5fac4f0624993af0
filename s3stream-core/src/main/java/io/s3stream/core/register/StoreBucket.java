package io.s3stream.core.register;

import io.netty.buffer.ByteBufUtil;
import io.s3stream.core.errors.WrongStoreException;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PutCondition;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Reads and writes the bucket's statement about its register. The marker has two states, and changes from the first to
 * the second once: {bucket}, and {bucket, row}. Stateless; thread-safe.
 */
class StoreBucket {

    static final String KEY = "meta/head";
    private static final String DATA = "data/";
    private static final String CATALOG = "catalog/";

    private final ObjectStorage storage;

    /** @param storage owned by the caller */
    StoreBucket(ObjectStorage storage) {
        this.storage = storage;
    }

    /** The content of the key: a marker, or the head itself, which is no marker. */
    record Found(String version, Optional<Marker> marker) {}

    CompletableFuture<Optional<Found>> look() {
        return storage.get(KEY, ByteRange.WHOLE).thenApply(content -> content.map(StoreBucket::take));
    }

    private static Found take(ObjectContent content) {
        try (content) {
            byte[] bytes = ByteBufUtil.getBytes(content.data());
            return new Found(
                    content.version(),
                    Marker.isMarker(bytes) ? Optional.of(Marker.decode(bytes, KEY)) : Optional.empty());
        }
    }

    /** Reading never writes. A tool or reader fails where it would have to create a store. */
    static WrongStoreException nothingToRead() {
        return new WrongStoreException("there is no store here to read: no " + KEY);
    }

    /** Puts a marker without a row, if the key is absent. */
    CompletableFuture<Optional<Marker>> claim(UUID bucket) {
        Marker marker = new Marker(bucket, Optional.empty());
        return storage.put(KEY, ObjectBody.of(marker.encode()), PutCondition.IF_ABSENT)
                .thenApply(version -> version.map(put -> marker));
    }

    /** Adds the row to a marker without one, if it still has that version. Returns whether it had. */
    CompletableFuture<Boolean> seal(String version, Marker sealed) {
        return storage.put(KEY, ObjectBody.of(sealed.encode()), PutCondition.ifVersion(version))
                .thenApply(Optional::isPresent);
    }

    /**
     * Checks that the bucket has no objects. Objects without metadata belong to a store whose metadata are lost or
     * elsewhere, never to a new store.
     *
     * @param register the other place without a head, for the message
     * @return false if the key was created since, by another process that may have written objects
     */
    CompletableFuture<Boolean> requireUnused(String register) {
        return firstOf(storage, DATA, CATALOG).thenCompose(objects -> {
            if (objects.isEmpty()) {
                return CompletableFuture.completedFuture(true);
            }
            return storage.head(KEY).thenApply(now -> {
                if (now.isPresent()) {
                    return false;
                }
                throw new WrongStoreException("object=" + objects.get(0).key() + " exists, but no " + KEY + register
                        + ": this is not a new store, but one with lost metadata. Restore them, or make new metadata"
                        + " with 'rebuild'");
            });
        });
    }

    private static CompletableFuture<List<ObjectSummary>> firstOf(ObjectStorage storage, String one, String other) {
        return storage.list(one, "", 1)
                .thenCompose(found ->
                        found.isEmpty() ? storage.list(other, "", 1) : CompletableFuture.completedFuture(found));
    }
}
