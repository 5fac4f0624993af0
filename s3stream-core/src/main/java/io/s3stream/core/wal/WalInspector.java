package io.s3stream.core.wal;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.StorageOpener;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalInspection;
import io.s3stream.spi.wal.WalProvider;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Inspects the content of a WAL, without a store. Locks, fences and changes nothing. Thread-safe, stateless. */
public record WalInspector(
        List<WalProvider> providers,
        EngineRuntime runtime,
        ObjectStorage storage,
        StorageOpener storages,
        ByteBufAllocator allocator) {

    private static final UUID ANY_STORE = new UUID(0, 0);
    private static final int FRAME_BYTES = 64 << 20;

    public CompletableFuture<WalInspection> inspect(URI wal, int nodeId) {
        WalContext context = new WalContext(runtime, storage, storages, allocator, ANY_STORE, nodeId, FRAME_BYTES);
        try {
            return WalMedia.provider(providers, wal).inspect(wal, context);
        } catch (InvalidRequestException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
