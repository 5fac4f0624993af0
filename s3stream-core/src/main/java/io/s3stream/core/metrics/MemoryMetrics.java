package io.s3stream.core.metrics;

import static io.s3stream.spi.metrics.MetricUnit.BYTES;

import io.s3stream.spi.metrics.Counter;
import java.util.function.LongSupplier;

/** The memory that a store may use and uses. */
public final class MemoryMetrics {

    private final Instruments instruments;
    private final Counter evicted;

    MemoryMetrics(Instruments instruments) {
        this.instruments = instruments;
        this.evicted = instruments.counter("s3stream.writecache.evicted", BYTES, "Uploaded records let go of");
    }

    /** All of it: write cache, block cache and read buffers. */
    public void watchAll(LongSupplier used, long limit) {
        instruments.gauge("s3stream.memory.used", BYTES, "Write cache, block cache and read buffers", used);
        instruments.gauge("s3stream.memory.limit", BYTES, "The configured budget", () -> limit);
    }

    /** Appends on their way and slabs. */
    public void watchWriteCache(LongSupplier used, long limit) {
        instruments.gauge("s3stream.writecache.used", BYTES, "Appends on their way and slabs", used);
        instruments.gauge("s3stream.writecache.limit", BYTES, "Past this appends wait", () -> limit);
    }

    /** Results of fetches that were not closed yet. */
    public void watchLeases(LongSupplier pinned, long limit) {
        instruments.gauge("s3stream.lease.bytes", BYTES, "Write cache held by results not closed", pinned);
        instruments.gauge("s3stream.lease.limit", BYTES, "Past this results are copies", () -> limit);
    }

    /** The write cache let go of so many bytes of records. */
    public void evicted(long recordBytes) {
        evicted.add(recordBytes);
    }
}
