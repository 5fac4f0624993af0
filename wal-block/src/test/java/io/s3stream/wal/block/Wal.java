package io.s3stream.wal.block;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.storage.StorageOpener;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.testkit.wal.WalSession;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** The SPI with blocking calls. */
public final class Wal {

    public static final UUID STORE = new UUID(1, 2);
    public static final int NODE = 3;

    private static final StorageOpener NO_STORAGES =
            uri -> CompletableFuture.failedFuture(new InvalidRequestException("no storage here: " + uri));

    private Wal() {}

    public static WalContext context(EngineRuntime runtime, int maxFrameBytes) {
        return context(runtime, maxFrameBytes, STORE, NODE);
    }

    /** Without an object storage: a block WAL needs none. */
    public static WalContext context(EngineRuntime runtime, int maxFrameBytes, UUID store, int node) {
        return new WalContext(runtime, null, NO_STORAGES, PooledByteBufAllocator.DEFAULT, store, node, maxFrameBytes);
    }

    static WalContext context(EngineRuntime runtime, int maxFrameBytes, ByteBufAllocator allocator) {
        return new WalContext(runtime, null, NO_STORAGES, allocator, STORE, NODE, maxFrameBytes);
    }

    public static WalMedium attach(BlockWalProvider provider, URI uri, AttachMode mode, WalContext context) {
        return get(provider.attach(uri, mode, context));
    }

    /** Copies the frames of a replay. */
    record Read(long sequence, long end, int chain, byte[] bytes) {}

    public static List<Read> fenceAndReplay(WalMedium medium, WalDescriptor descriptor, WalAnchor after) {
        get(medium.fence(descriptor, after.sequence() + 1));
        return replay(medium, descriptor, after);
    }

    static List<Read> replay(WalMedium medium, WalDescriptor descriptor, WalAnchor after) {
        return WalSession.replay(medium, descriptor, after).stream()
                .map(read -> new Read(read.sequence(), read.end(), read.chain(), read.bytes()))
                .toList();
    }

    public static <T> T get(CompletableFuture<T> future) {
        return WalSession.get(future);
    }
}
