package io.s3stream.core;

import io.s3stream.api.StoreConfig;
import io.s3stream.core.recovery.RecoverySizes;
import io.s3stream.layout.FrameFormat;
import io.s3stream.layout.RecordFormat;
import io.s3stream.spi.wal.WalProfile;

/**
 * Sizes that follow from the configuration and the WAL.
 *
 * @param slabBytes of an ordinary slab
 * @param pinLimit how many bytes of slabs leases may pin
 * @param highWater committed segments are kept while less than this is in use
 */
record MemoryPlan(int slabBytes, long pinLimit, long highWater) {

    static final int ALIGNMENT = 4096;

    private static final int LARGEST_SLAB = 4 << 20;
    private static final int SMALLEST_SLAB = 16 << 10;

    static MemoryPlan of(StoreConfig config) {
        long slab = Math.max(SMALLEST_SLAB, Math.min(LARGEST_SLAB, config.writeCacheBytes() / 32));
        int aligned = (int) (slab & -ALIGNMENT);
        return new MemoryPlan(aligned, config.writeCacheBytes() / 4, config.writeCacheBytes() / 2);
    }

    /** The largest frame worth asking a WAL for. */
    static int wantedFrameBytes(StoreConfig config) {
        return FrameFormat.paddedBytes(RecordFormat.encodedBytes(config.maxAppendBytes()), ALIGNMENT);
    }

    /** The largest body of a frame that fits the WAL and the cache. */
    static int maxBodyBytes(StoreConfig config, int maxFrameBytes) {
        long frame = Math.min(maxFrameBytes, config.writeCacheBytes() / 2 + (1 << 20));
        return (int) Math.min(frame - FrameFormat.HEADER_BYTES, Integer.MAX_VALUE - (2 << 20));
    }

    /** The largest payload of one batch. */
    static int maxAppendBytes(StoreConfig config, int maxFrameBytes) {
        return Math.min(config.maxAppendBytes(), maxBodyBytes(config, maxFrameBytes) - RecordFormat.HEADER_BYTES);
    }

    /** The largest frame that appends may need, whatever WAL they go to. */
    static int maxFrameBytes(StoreConfig config, int maxFrameBytes) {
        return Math.min(maxFrameBytes, FrameFormat.paddedBytes(maxBodyBytes(config, maxFrameBytes), ALIGNMENT));
    }

    /** Of a store that opens, and does nothing else. */
    RecoverySizes recovery(StoreConfig config) {
        return new RecoverySizes(uploadThreshold(config, Long.MAX_VALUE), 3);
    }

    /** Of another node beside this one's own work: an eighth of the write cache, whatever appends have of it [R27]. */
    RecoverySizes takeOver() {
        return new RecoverySizes(Math.max(slabBytes, highWater / 16), 3);
    }

    /** How large a frame of small batches grows. */
    int frameTargetBytes(StoreConfig config, WalProfile wal) {
        int wanted = Math.max(config.frameBytes(), wal.targetFrameBytes());
        int bytes = Math.min(Math.min(wanted, wal.maxFrameBytes()), slabBytes);
        return Math.max(bytes & -wal.alignment(), wal.alignment());
    }

    /** Uploads must begin long before WAL or cache are full. */
    static long uploadThreshold(StoreConfig config, long walCapacity) {
        return Math.min(config.uploadThresholdBytes(), Math.min(walCapacity / 4, config.writeCacheBytes() / 4));
    }
}
