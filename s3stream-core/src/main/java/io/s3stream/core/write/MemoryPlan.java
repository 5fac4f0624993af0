package io.s3stream.core.write;

import io.s3stream.api.StoreConfig;
import io.s3stream.core.recovery.RecoverySizes;
import io.s3stream.layout.FrameFormat;
import io.s3stream.layout.RecordFormat;
import io.s3stream.spi.wal.WalProfile;

/**
 * Sizes derived from the configuration and the WAL.
 *
 * @param slabBytes size of an ordinary slab
 * @param pinLimit maximum of bytes of slabs that leases may pin
 * @param highWater bytes in use above which committed segments are evicted
 */
public record MemoryPlan(int slabBytes, long pinLimit, long highWater) {

    public static final int ALIGNMENT = 4096;

    private static final int MAX_SLAB = 4 << 20;
    private static final int MIN_SLAB = 16 << 10;
    private static final int WAL_SHARE = 20;

    public static MemoryPlan of(StoreConfig config) {
        long slab = Math.max(MIN_SLAB, Math.min(MAX_SLAB, config.writeCacheBytes() / 32));
        int aligned = (int) (slab & -ALIGNMENT);
        return new MemoryPlan(aligned, config.writeCacheBytes() / 4, config.writeCacheBytes() / 2);
    }

    /** Returns the maximum frame size to request from a WAL. */
    public static int wantedFrameBytes(StoreConfig config) {
        return FrameFormat.paddedBytes(RecordFormat.encodedBytes(config.maxAppendBytes()), ALIGNMENT);
    }

    /** Returns the maximum body of a frame that fits the WAL and the cache. */
    static int maxBodyBytes(StoreConfig config, int maxFrameBytes) {
        long frame = Math.min(maxFrameBytes, config.writeCacheBytes() / 2 + (1 << 20));
        return (int) Math.min(frame - FrameFormat.HEADER_BYTES, Integer.MAX_VALUE - (2 << 20));
    }

    /** Returns the maximum payload of one batch. */
    static int maxAppendBytes(StoreConfig config, int maxFrameBytes) {
        return Math.min(config.maxAppendBytes(), maxBodyBytes(config, maxFrameBytes) - RecordFormat.HEADER_BYTES);
    }

    /** Returns the maximum frame that appends may need, on any WAL. */
    static int maxFrameBytes(StoreConfig config, int maxFrameBytes) {
        return Math.min(maxFrameBytes, FrameFormat.paddedBytes(maxBodyBytes(config, maxFrameBytes), ALIGNMENT));
    }

    /** Returns the sizes for the recovery of a store that is opening and does no other work. */
    public RecoverySizes recovery(StoreConfig config) {
        return new RecoverySizes(uploadThreshold(config, Long.MAX_VALUE), 3);
    }

    /**
     * Returns the sizes for the recovery of another node while this node works. It uses half of the free write cache,
     * and at least an eighth of the whole, even if appends use all of it [R27]. Larger segments create fewer ranges,
     * and so shorten the commit.
     *
     * @param used bytes of the write cache in use
     */
    public RecoverySizes takeOver(StoreConfig config, long used) {
        int atOnce = 3;
        long share = (config.writeCacheBytes() - used) / 2 / (atOnce + 1);
        long least = Math.max(slabBytes, highWater / 16);
        return new RecoverySizes(Math.max(least, Math.min(share, uploadThreshold(config, Long.MAX_VALUE))), atOnce);
    }

    /**
     * Returns the size up to which a frame of small batches grows. A WAL that prefers larger frames than the
     * configuration gets them up to a twentieth of the write cache.
     *
     * @param maxFrameBytes the largest frame on any WAL, because the next WAL gets the frames that this one loses
     */
    int frameTargetBytes(StoreConfig config, WalProfile wal, int maxFrameBytes) {
        int configured = Math.min(config.frameBytes(), slabBytes);
        long preferred = Math.min(wal.targetFrameBytes(), config.writeCacheBytes() / WAL_SHARE);
        int bytes = (int) Math.min(Math.max(configured, preferred), Math.min(wal.maxFrameBytes(), maxFrameBytes));
        return Math.max(bytes & -wal.alignment(), wal.alignment());
    }

    /** Returns the upload threshold. Uploads must begin long before the WAL or the cache are full. */
    public static long uploadThreshold(StoreConfig config, long walCapacity) {
        return Math.min(config.uploadThresholdBytes(), Math.min(walCapacity / 4, config.writeCacheBytes() / 4));
    }
}
