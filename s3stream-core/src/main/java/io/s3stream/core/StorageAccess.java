package io.s3stream.core;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.core.storage.CheckedObjectStorage;
import io.s3stream.core.storage.ObjectStorages;
import io.s3stream.core.storage.ReadOnlyObjectStorage;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectStorageProvider;
import io.s3stream.spi.storage.StorageOpener;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Opens object storages. Opening blocks, so each runs on a thread of its own from the runtime. Thread-safe, stateless.
 *
 * @param readOnly whether opening writes, probes and creates nothing, and writes are refused
 * @param provider of the host, which comes before those of {@link java.util.ServiceLoader}; null if there is none
 */
record StorageAccess(
        EngineRuntime runtime,
        ByteBufAllocator allocator,
        boolean readOnly,
        @Nullable ObjectStorageProvider provider) implements StorageOpener {

    @Override
    public CompletableFuture<ObjectStorage> open(URI uri) {
        IoExecutor io = runtime.ioExecutor("open", 1);
        return io.submit(
                        "storage.open",
                        () -> readOnly
                                ? ObjectStorages.openReadOnly(uri, runtime, allocator, provider)
                                : ObjectStorages.open(uri, runtime, allocator, provider))
                .whenComplete((storage, error) -> io.close());
    }

    /** Returns an opener of storages that may be written to. */
    StorageAccess writable() {
        return new StorageAccess(runtime, allocator, false, provider);
    }

    /**
     * Opens the storage of a store and checks it against its contract. The caller must close it unless the host
     * provided it.
     */
    CompletableFuture<ObjectStorage> ofStore(StreamStoreBuilder options) {
        ObjectStorage given = options.objectStorage();
        if (given != null) {
            return CompletableFuture.completedFuture(checked(readOnly ? new ReadOnlyObjectStorage(given) : given));
        }
        URI uri = options.storageUri();
        if (uri == null) {
            throw new InvalidRequestException("storage is not set");
        }
        return open(uri).thenApply(opened -> checked(wrapped(opened, options.storageWrapper())));
    }

    private static ObjectStorage wrapped(ObjectStorage opened, @Nullable UnaryOperator<ObjectStorage> wrapper) {
        if (wrapper == null) {
            return opened;
        }
        try {
            return wrapper.apply(opened);
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    /** Wraps a storage of the host, to check it against its contract. */
    ObjectStorage checked(ObjectStorage storage) {
        return new CheckedObjectStorage(storage, runtime);
    }
}
