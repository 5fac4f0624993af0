package io.s3stream.spi.wal;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.StorageOpener;
import java.util.UUID;

/**
 * The collaborators that a WAL gets from the engine. The engine owns them: a WAL closes none of them.
 *
 * @param runtime its only source of time, threads and randomness
 * @param storage the store's own object storage
 * @param storages opens other storages, which the WAL closes
 * @param storeId the id of the store; part of every opening record
 * @param nodeId the id of the node
 * @param maxFrameBytes the largest frame that the engine wants to write; a small medium offers less
 */
public record WalContext(
        EngineRuntime runtime,
        ObjectStorage storage,
        StorageOpener storages,
        ByteBufAllocator allocator,
        UUID storeId,
        int nodeId,
        int maxFrameBytes) {}
