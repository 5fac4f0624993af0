package io.s3stream.core.read;

import io.s3stream.api.FetchResult;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.core.cache.BlockCache;
import io.s3stream.core.cache.BlocksInMemory;
import io.s3stream.core.cache.IndexCache;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.memory.ReadLeases;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metrics.ReadMetrics;
import io.s3stream.core.read.ahead.ReadAhead;
import io.s3stream.core.read.blocks.BlockLoader;
import io.s3stream.core.read.blocks.IndexLoader;
import io.s3stream.core.read.blocks.MemoryPatience;
import io.s3stream.core.read.blocks.RangedGets;
import io.s3stream.core.read.blocks.ReadLimit;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.runtime.Permits;
import io.s3stream.spi.storage.ObjectStorage;
import java.util.concurrent.CompletableFuture;

/**
 * The catch-up side: caches, loaders and read-ahead. It has its own memory, requests and threads, so it takes nothing
 * from appends, uploads and tailing reads. Owns the block cache.
 */
public final class ReadPath {

    private static final long INDEX_CACHE_BYTES = 32L << 20;
    /** A few results may be open at a time, even with a tiny block cache. */
    private static final long MIN_LEASED_BYTES = 4L << 20;
    /** Fewer concurrent GETs leave bandwidth for others. */
    private static final int MANY_GETS = 4;

    private final BlockCache blocks;
    private final Permits permits;
    private final ReadLeases leases;
    private final MemoryPatience patience;
    private final RangedGets gets;
    private final IoExecutor verifier;
    private final ReadAhead readAhead;
    private final CatchUpReader reader;
    private final ReadMetrics metrics;
    private final PositionReader positions;

    public ReadPath(
            StoreConfig config,
            EngineRuntime runtime,
            MetadataClient metadata,
            ObjectStorage storage,
            ReadMetrics metrics) {
        long forReadAhead = config.readAheadBytes() == 0 ? 0 : config.readBufferBytes() / 4 * 3;
        this.blocks = new BlockCache(config.blockCacheBytes());
        this.permits = new Permits(config.readBufferBytes() - forReadAhead);
        this.verifier = runtime.ioExecutor("verify", config.readThreads());
        this.leases = new ReadLeases(Math.max(MIN_LEASED_BYTES, config.blockCacheBytes() / 2), blocks::lend);
        this.patience = new MemoryPatience(storage::get, runtime, blocks::clear);
        this.gets = new RangedGets(patience, runtime, permits, metrics);
        IndexLoader indexes = new IndexLoader(patience, new IndexCache(INDEX_CACHE_BYTES), permits, verifier, metrics);
        BlockLoader loader = new BlockLoader(gets, new BlocksInMemory(blocks), permits, verifier, metrics);
        this.readAhead = new ReadAhead(
                metadata,
                new ReadAhead.Supply(indexes, loader, blocks, metrics),
                runtime::nanoTime,
                forReadAhead,
                config.readAheadBytes(),
                config.joinedGetBytes());
        this.reader = new CatchUpReader(metadata, indexes, loader, readAhead, leases, metrics);
        this.metrics = metrics;
        metrics.watchBlockCache(blocks::usedBytes, config.blockCacheBytes());
        metrics.watchReadAhead(readAhead::bytes);
        this.positions = new PositionReader(metadata, indexes, loader);
    }

    /** Returns the reader for positions by time and sizes in committed data. */
    public PositionReader positions() {
        return positions;
    }

    /**
     * Reads committed data from {@code start}, which must not be trimmed. Returns data that is in memory or in one
     * object: at least one batch unless the limit excludes it, possibly less than {@code maxBytes}.
     *
     * @return completes on a thread of the storage or of the read path, or the caller's; with a {@link
     *     StoreBusyException} if the stream has too many unclosed results
     */
    public CompletableFuture<FetchResult> read(long streamId, long start, ReadLimit limit) {
        return Failures.answerOf(() -> reader.read(streamId, start, limit)).thenApply(result -> result);
    }

    /**
     * Returns whether readers wait for object storage: many requests are in flight, or reads wait for permits. Any
     * thread; never blocks.
     */
    public boolean hasReadsWaiting() {
        return gets.underWay() >= MANY_GETS || permits.isAwaited();
    }

    /** Returns the metrics of all fetches, including tailing ones. */
    public ReadMetrics metrics() {
        return metrics;
    }

    /** Returns the bytes of blocks: cached, pinned by unclosed results, and in flight. */
    public long memoryUsed() {
        return blocks.usedBytes() + leases.pinnedBytes() + permits.inUse() + readAhead.bytes();
    }

    /** Drops the data that was read ahead in a stream, because its objects were replaced by others with less data. */
    public void forgetReadAhead(long streamId) {
        readAhead.forget(streamId);
    }

    /** Releases all memory except the memory under leases. */
    public void close() {
        patience.close();
        readAhead.close();
        blocks.close();
        verifier.close();
    }
}
