package io.s3stream.kafka.metrics;

import io.s3stream.spi.metrics.Histogram;
import java.util.concurrent.atomic.LongAdder;

/** Counts values by powers of two. It owns the counts. Thread-safe, without a lock. */
final class PowerHistogram implements Histogram {

    /** A bucket for each power of two that a long may have. */
    static final int BUCKETS = Long.SIZE;

    private final LongAdder[] counts = new LongAdder[BUCKETS];
    private final LongAdder sum = new LongAdder();

    PowerHistogram() {
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] = new LongAdder();
        }
    }

    @Override
    public void record(long value) {
        counts[Long.SIZE - Long.numberOfLeadingZeros(Math.max(0, value))].increment();
        sum.add(value);
    }

    /** The number of values in a bucket: those up to its bound, and above the one before. */
    long count(int bucket) {
        return counts[bucket].sum();
    }

    /** The greatest value of a bucket. */
    static long bound(int bucket) {
        return bucket == BUCKETS - 1 ? Long.MAX_VALUE : (1L << bucket) - 1;
    }

    long sum() {
        return sum.sum();
    }
}
