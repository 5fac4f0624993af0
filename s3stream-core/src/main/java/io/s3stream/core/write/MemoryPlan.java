package io.s3stream.core.write;

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
public record MemoryPlan(int slabBytes, long pinLimit, long highWater) {

    public static final int ALIGNMENT = 4096;

    private static final int LARGEST_SLAB = 4 << 20;
    private static final int SMALLEST_SLAB = 16 << 10;

    public static MemoryPlan of(StoreConfig config) {
        long slab = Math.max(SMALLEST_SLAB, Math.min(LARGEST_SLAB, config.writeCacheBytes() / 32));
        int aligned = (int) (slab & -ALIGNMENT);
        return new MemoryPlan(aligned, config.writeCacheBytes() / 4, config.writeCacheBytes() / 2);
    }

    /** The largest frame worth asking a WAL for. */
    public static int wantedFrameBytes(StoreConfig config) {
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
    public RecoverySizes recovery(StoreConfig config) {
        return new RecoverySizes(uploadThreshold(config, Long.MAX_VALUE), 3);
    }

    /**
     * Of another node beside this one's own work: half of what is free of the write cache now, and at least an eighth of all,
     * whatever appends have of it [R27]. Larger segments make fewer ranges, which the commit has to wait for.
     *
     * @param used of the write cache
     */
    public RecoverySizes takeOver(StoreConfig config, long used) {
        int atOnce = 3;
        long share = (config.writeCacheBytes() - used) / 2 / (atOnce + 1);
        long least = Math.max(slabBytes, highWater / 16);
        return new RecoverySizes(Math.max(least, Math.min(share, uploadThreshold(config, Long.MAX_VALUE))), atOnce);
    }

    /** How large a frame of small batches grows. */
    int frameTargetBytes(StoreConfig config, WalProfile wal) {
        int wanted = Math.max(config.frameBytes(), wal.targetFrameBytes());
        int bytes = Math.min(Math.min(wanted, wal.maxFrameBytes()), slabBytes);
        return Math.max(bytes & -wal.alignment(), wal.alignment());
    }

    /** Uploads must begin long before WAL or cache are full. */
    public static long uploadThreshold(StoreConfig config, long walCapacity) {
        return Math.min(config.uploadThresholdBytes(), Math.min(walCapacity / 4, config.writeCacheBytes() / 4));
    }
}
