package io.s3stream.wal.nfs;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.testkit.runtime.ThreadedTestRuntime;
import io.s3stream.testkit.wal.WalFrames;
import io.s3stream.testkit.wal.WalSession;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** A writer with threads, in a directory. It appends frames in sequence. */
final class Generation implements AutoCloseable {

    static final int NODE = 3;

    final ThreadedTestRuntime runtime = new ThreadedTestRuntime(1);
    final WalSession session;
    final WalDescriptor descriptor;
    final WalFrames frames;
    private final WriteAheadLog log;

    Generation(NfsWalProvider provider, Path directory, long walEpoch) {
        URI uri = URI.create("nfs://" + directory + "?capacity=64MiB&segment=1MiB&maxInFlight=8");
        session = WalSession.attach(provider, uri, AttachMode.CREATE, context(runtime));
        descriptor = session.prepare(walEpoch);
        log = session.create(descriptor, 1);
        frames = new WalFrames(descriptor, NODE, 1);
    }

    static WalContext context(EngineRuntime runtime) {
        return new WalContext(
                runtime,
                null,
                uri -> CompletableFuture.failedFuture(new InvalidRequestException("no storage")),
                UnpooledByteBufAllocator.DEFAULT,
                new UUID(1, 2),
                NODE,
                64 << 10);
    }

    CompletableFuture<Void> append() {
        WalFrame frame = frames.next(log, 3000, frames.last().sequence());
        if (frame == null) {
            throw new IllegalStateException("the WAL is full");
        }
        return log.append(frame);
    }

    /** In one line, for another process. */
    static String text(WalDescriptor d) {
        return d.uri() + " " + d.walEpoch() + " " + d.nonce() + " " + d.maxFrameBytes() + " " + d.maxInFlight() + " "
                + d.maxInFlightBytes() + " " + d.capacityBytes() + " "
                + SegmentGeometry.of(d).segmentBytes();
    }

    static WalDescriptor descriptor(String text) {
        String[] f = text.split(" ");
        return new WalDescriptor(
                URI.create(f[0]),
                Long.parseLong(f[1]),
                Long.parseLong(f[2]),
                SegmentGeometry.ALIGNMENT,
                Integer.parseInt(f[3]),
                Integer.parseInt(f[4]),
                Integer.parseInt(f[5]),
                Long.parseLong(f[6]),
                Map.of("segmentBytes", f[7]));
    }

    @Override
    public void close() {
        log.close();
        session.close();
        runtime.close();
    }
}
