package io.s3stream.testkit.wal;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.testkit.runtime.ThreadedTestRuntime;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Represents a process: a runtime with threads, a provider and its open sessions. Used by one test thread. */
public final class WalProcess implements AutoCloseable {

    private final WatchedRuntime runtime;
    private final WalProvider provider;
    private final WalContext context;
    private final List<WalSession> sessions = new ArrayList<>();

    WalProcess(WalFixture fixture, ByteBufAllocator allocator, UUID storeId, int nodeId, long seed) {
        this.runtime = new WatchedRuntime(new ThreadedTestRuntime(seed));
        this.provider = fixture.provider();
        this.context = new WalContext(
                runtime, fixture.storage(), fixture.storages(), allocator, storeId, nodeId, WalFixture.MAX_FRAME_BYTES);
    }

    public WalProvider provider() {
        return provider;
    }

    public WalContext context() {
        return context;
    }

    /** Attaches a medium. The end of the test closes the session if it is still open. */
    public WalSession attach(URI uri, AttachMode mode) {
        WalSession session = WalSession.attach(provider, uri, mode, context);
        sessions.add(session);
        return session;
    }

    CompletableFuture<WalMedium> tryAttach(URI uri, AttachMode mode) {
        return provider.attach(uri, mode, context);
    }

    /** Closes all media, waits for all threads, and fails if an executor was left open. */
    @Override
    public void close() {
        sessions.forEach(WalSession::close);
        runtime.requireQuiet();
        runtime.close();
    }
}
