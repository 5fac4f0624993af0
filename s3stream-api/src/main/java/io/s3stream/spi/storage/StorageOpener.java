package io.s3stream.spi.storage;

import java.net.URI;
import java.util.concurrent.CompletableFuture;

/** Opens object storages by the URIs that a store can be opened with. Thread-safe. */
public interface StorageOpener {

    /**
     * Opens a storage. Deadline: none of its own; that of the caller's attach applies.
     *
     * @return the caller's to close; fails with {@link io.s3stream.api.errors.InvalidRequestException} naming the wrong
     *     part of the URI
     */
    CompletableFuture<ObjectStorage> open(URI uri);
}
