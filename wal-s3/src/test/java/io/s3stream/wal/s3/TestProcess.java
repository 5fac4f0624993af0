package io.s3stream.wal.s3;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.StorageOpener;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.testkit.runtime.ThreadedTestRuntime;
import io.s3stream.testkit.wal.WalFrames;
import io.s3stream.testkit.wal.WalSession;
import io.s3stream.wal.s3.fence.WalKeys;
import java.net.URI;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** A process on a shared storage: real threads, faults on demand. */
public final class TestProcess implements AutoCloseable {

    static final int NODE = 3;
    public static final long EPOCH = 1 << 16;

    public final FaultyStorage storage;
    final ThreadedTestRuntime runtime = new ThreadedTestRuntime(1);
    final WalSession session;
    WalDescriptor descriptor;
    WriteAheadLog log;
    WalFrames frames;

    TestProcess(ObjectStorage shared, S3WalRules rules) {
        this(shared, rules, "store:/?linger=0ms");
    }

    TestProcess(ObjectStorage shared, S3WalRules rules, String uri) {
        this(shared, rules, uri, new UUID(1, 2));
    }

    public TestProcess(ObjectStorage shared, S3WalRules rules, String uri, UUID storeId) {
        this.storage = new FaultyStorage(shared);
        StorageOpener opener = other -> CompletableFuture.completedFuture(storage);
        WalContext context =
                new WalContext(runtime, storage, opener, ByteBufAllocator.DEFAULT, storeId, NODE, 64 << 10);
        this.session = WalSession.attach(new S3WalProvider(rules), URI.create(uri), AttachMode.CREATE, context);
    }

    public TestProcess begin(long walEpoch, long first) {
        descriptor = session.prepare(walEpoch);
        log = session.create(descriptor, first);
        frames = new WalFrames(descriptor, NODE, first);
        return this;
    }

    /** Appends a frame that acknowledges all earlier ones. */
    CompletableFuture<Void> append(int payloadBytes) {
        return append(payloadBytes, frames.last().sequence());
    }

    CompletableFuture<Void> append(int payloadBytes, long acked) {
        WalFrame frame = Objects.requireNonNull(frames.next(log, payloadBytes, acked), "full");
        return log.append(frame);
    }

    public WalKeys keys() {
        return new WalKeys(NODE, descriptor.walEpoch());
    }

    @Override
    public void close() {
        storage.hold(false);
        session.close();
        runtime.close();
    }
}
