package io.s3stream.core.read.blocks;

/**
 * Estimates a high percentile of recent request latencies. It counts requests in buckets that each grow by a quarter of
 * an octave. All counts are halved now and then, so old requests fade. Guards its own state.
 */
final class LatencyEstimate {

    private static final int ENOUGH = 128;
    private static final int FADE_AT = 4096;
    private static final int STEPS = 4;
    private static final double PERCENTILE = 0.99;
    /** Decades, so that the bounds of buckets never overflow. */
    private static final long MAX_NANOS = 1L << 60;

    private final int[] counts = new int[Long.SIZE * STEPS]; // guarded by this
    private int total; // guarded by this

    synchronized void record(long nanos) {
        counts[bucket(Math.max(1, Math.min(nanos, MAX_NANOS)))]++;
        if (++total >= FADE_AT) {
            total = 0;
            for (int i = 0; i < counts.length; i++) {
                counts[i] /= 2;
                total += counts[i];
            }
        }
    }

    /** Returns the latency in nanoseconds that 99 of 100 requests stay below, or -1 before there are enough samples. */
    synchronized long highPercentile() {
        if (total < ENOUGH) {
            return -1;
        }
        long above = (long) (total * (1 - PERCENTILE));
        int bucket = counts.length - 1;
        for (long seen = counts[bucket]; seen <= above; seen += counts[bucket]) {
            bucket--;
        }
        return upperBound(bucket);
    }

    /** Combines the octave with the two bits below the highest one. */
    private static int bucket(long nanos) {
        int octave = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
        int step = octave < 2 ? 0 : (int) (nanos >>> (octave - 2)) & (STEPS - 1);
        return octave * STEPS + step;
    }

    private static long upperBound(int bucket) {
        int octave = bucket / STEPS;
        int step = bucket % STEPS;
        return octave < 2 ? 1L << (octave + 1) : (long) (STEPS + step + 1) << (octave - 2);
    }
}
