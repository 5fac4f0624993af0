package io.s3stream.spi.storage;

import java.net.URI;
import java.util.concurrent.CompletableFuture;

/** Opens object storages by URI, the ones a store can be opened with. Thread-safe. */
public interface StorageOpener {

    /**
     * @return the caller's to close; fails with {@link io.s3stream.api.errors.InvalidRequestException} naming what is
     *     wrong with the URI
     */
    CompletableFuture<ObjectStorage> open(URI uri);
}
