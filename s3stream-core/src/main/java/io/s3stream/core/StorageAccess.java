package io.s3stream.core;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.core.storage.ObjectStorages;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.StorageOpener;
import java.net.URI;
import java.util.concurrent.CompletableFuture;

/**
 * Opens object storages, which blocks, on a thread of the runtime that is made for it. Thread-safe, without state.
 *
 * @param readOnly whether nothing is written, probed or made, and a write is refused
 */
record StorageAccess(EngineRuntime runtime, ByteBufAllocator allocator, boolean readOnly) implements StorageOpener {

    @Override
    public CompletableFuture<ObjectStorage> open(URI uri) {
        IoExecutor io = runtime.ioExecutor("open", 1);
        return io.submit(
                        "storage.open",
                        () -> readOnly
                                ? ObjectStorages.openReadOnly(uri, runtime, allocator)
                                : ObjectStorages.open(uri, runtime, allocator))
                .whenComplete((storage, error) -> io.close());
    }
}
