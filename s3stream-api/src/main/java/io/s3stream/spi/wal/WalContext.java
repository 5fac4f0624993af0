package io.s3stream.spi.wal;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.StorageOpener;
import java.util.UUID;

/**
 * What a WAL gets from the engine. All belong to the engine: a WAL closes none of them.
 *
 * @param runtime its only source of time, threads and randomness
 * @param storage the store's own object storage
 * @param storages opens others; those are the WAL's to close
 * @param storeId which store this is; part of every opening record
 * @param nodeId which node of it
 * @param maxFrameBytes the largest frame the engine would like to write; a small medium offers less
 */
public record WalContext(
        EngineRuntime runtime,
        ObjectStorage storage,
        StorageOpener storages,
        ByteBufAllocator allocator,
        UUID storeId,
        int nodeId,
        int maxFrameBytes) {}
