package io.s3stream.wal.block;

import io.netty.buffer.PooledByteBufAllocator;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.spi.wal.WriteAheadLog;
import java.net.URI;
import java.util.concurrent.CompletableFuture;

/** A node that uses a shared medium, as far as a test needs it. */
final class SharedWal implements AutoCloseable {

    static final int FRAME = 16 << 10;

    final WalMedium medium;
    final int node;
    WalDescriptor descriptor;
    WriteAheadLog log;
    Frames frames;

    private SharedWal(WalMedium medium, int node) {
        this.medium = medium;
        this.node = node;
    }

    static WalContext context(EngineRuntime runtime, ObjectStorage storage, int node) {
        return new WalContext(
                runtime,
                storage,
                uri -> CompletableFuture.failedFuture(new InvalidRequestException("no storage here: " + uri)),
                PooledByteBufAllocator.DEFAULT,
                Wal.STORE,
                node,
                FRAME);
    }

    static SharedWal attach(WalProvider provider, URI uri, AttachMode mode, WalContext context) {
        return new SharedWal(Wal.get(provider.attach(uri, mode, context)), context.nodeId());
    }

    SharedWal open(long walEpoch, long firstSequence) {
        descriptor = Wal.get(medium.prepare(walEpoch));
        frames = new Frames(descriptor, node, firstSequence);
        log = medium.create(descriptor, firstSequence);
        return this;
    }

    /** Appends one frame that acknowledges all earlier ones. */
    CompletableFuture<Void> append() {
        return log.append(frames.next(log, 5000, frames.last().sequence()));
    }

    SharedWal appendSome(int count) {
        for (int i = 0; i < count; i++) {
            Wal.get(append());
        }
        return this;
    }

    @Override
    public void close() {
        if (log != null) {
            log.close();
        }
        medium.close();
    }
}
