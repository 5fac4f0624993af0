package io.s3stream.core;

import io.s3stream.api.FetchResult;
import io.s3stream.api.StoreConfig;
import io.s3stream.core.cache.BlockCache;
import io.s3stream.core.cache.IndexCache;
import io.s3stream.core.memory.Permits;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.read.BlockLoader;
import io.s3stream.core.read.CatchUpReader;
import io.s3stream.spi.storage.ObjectStorage;
import java.util.concurrent.CompletableFuture;

/** Caches and loaders of the catch-up side. Owns the block cache. */
final class ReadPath {

    private static final long INDEX_CACHE_BYTES = 32L << 20;

    private final BlockCache blocks;
    private final Permits permits;
    private final CatchUpReader reader;

    ReadPath(StoreConfig config, MetadataClient metadata, ObjectStorage storage) {
        this.blocks = new BlockCache(config.blockCacheBytes());
        this.permits = new Permits(config.readBufferBytes());
        this.reader = new CatchUpReader(
                metadata,
                storage,
                new IndexCache(INDEX_CACHE_BYTES),
                new BlockLoader(storage, blocks, permits),
                config.readAheadBytes());
    }

    CompletableFuture<FetchResult> read(long streamId, long start, long end, int maxBytes) {
        return reader.read(streamId, start, end, maxBytes);
    }

    long memoryUsed() {
        return blocks.usedBytes() + permits.inUse();
    }

    void close() {
        blocks.clear();
    }
}
