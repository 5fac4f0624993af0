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
 * What a bucket says about its register. The marker has two states, and goes from the first to the second once: {bucket}, and
 * {bucket, row}. Without state of its own; thread-safe.
 */
class StoreBucket {

    static final String KEY = "meta/head";
    private static final String DATA = "data/";
    private static final String CATALOG = "catalog/";

    private final ObjectStorage storage;

    /** @param storage stays its owner's */
    StoreBucket(ObjectStorage storage) {
        this.storage = storage;
    }

    /** What is there: nothing, a marker, or the head itself, which is no marker. */
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

    /** Reading never writes: a tool or reader that would have to create a store has nothing to read. */
    static WrongStoreException nothingToRead() {
        return new WrongStoreException("there is no store here to be read: no " + KEY);
    }

    /** Puts a marker without a row, unless anything is there. */
    CompletableFuture<Optional<Marker>> claim(UUID bucket) {
        Marker marker = new Marker(bucket, Optional.empty());
        return storage.put(KEY, ObjectBody.of(marker.encode()), PutCondition.IF_ABSENT)
                .thenApply(version -> version.map(put -> marker));
    }

    /** Names the row in a marker that had none and had that version; answers whether it was still that one. */
    CompletableFuture<Boolean> seal(String version, Marker sealed) {
        return storage.put(KEY, ObjectBody.of(sealed.encode()), PutCondition.ifVersion(version))
                .thenApply(Optional::isPresent);
    }

    /**
     * Objects without metadata are those of a store whose metadata is lost or elsewhere, never a new store.
     *
     * @param register what else has no head, for the message
     * @return false if the key has come into being meanwhile, by somebody who may have written objects since
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
                throw new WrongStoreException("object=" + objects.get(0).key() + " is there, but no " + KEY + register
                        + ": this is no new store, but one whose metadata is lost. Bring it back, or make new metadata"
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
