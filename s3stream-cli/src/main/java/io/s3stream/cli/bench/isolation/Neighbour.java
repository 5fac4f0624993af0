package io.s3stream.cli.bench.isolation;

import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.cli.bench.Window;
import io.s3stream.cli.bench.Workspace;
import io.s3stream.cli.terminal.Futures;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Another node of the store, in this process. It uploads only when it is asked to, and compacts nothing. Used by one
 * thread.
 */
final class Neighbour implements AutoCloseable {

    static final int NUMBER = 1;

    private static final int RECORD_BYTES = 4 << 10;
    private static final int OUTSTANDING = 4096;
    /** An upload begins at a quarter of the write cache. */
    private static final int ROOM = 5;

    private static final long MIN_CACHE_BYTES = 16 << 20;

    private static final Duration LEAVE_TIMEOUT = Duration.ofSeconds(30);

    private final StreamStore store;
    private final List<Stream> streams;

    /**
     * Opens the node.
     *
     * @param prefix of the names of its streams
     * @param bytes payload that it can keep without an upload
     */
    Neighbour(Workspace workspace, String prefix, int streams, long bytes) {
        long cache = capacity(bytes);
        this.store = workspace.open(
                NUMBER,
                Map.of(
                        "writeCacheBytes", String.valueOf(cache),
                        "maxAppendBytes", "1MiB",
                        "uploadThresholdBytes", String.valueOf(cache),
                        "uploadInterval", "1h",
                        "compactionEnabled", "false",
                        "blockCacheBytes", "1MiB",
                        "readBufferBytes", "1MiB"));
        this.streams = Workspace.openStreams(store, prefix, streams);
    }

    /** Returns the size of write cache and WAL that keep {@code bytes} of payload without an upload. */
    static long capacity(long bytes) {
        return Math.max(MIN_CACHE_BYTES, ROOM * bytes);
    }

    /** Appends to all streams in turn, and waits until all records are durable. */
    void append(long bytes) {
        RecordBatch batch = RecordBatch.of(new byte[RECORD_BYTES], System.currentTimeMillis());
        Window window = new Window(OUTSTANDING);
        for (long n = 0; n * RECORD_BYTES < bytes; n++) {
            window.add(streams.get((int) (n % streams.size())).append(batch));
        }
        window.finish();
    }

    void flush() {
        Futures.await(store.flush());
    }

    /** Closes the node without waiting. */
    CompletableFuture<Void> leave() {
        return store.close(LEAVE_TIMEOUT);
    }

    /** Stops as a crash would: its data remain in its WAL. */
    void die() {
        Futures.await(store.close(Duration.ZERO));
    }

    @Override
    public void close() {
        store.close();
    }
}
