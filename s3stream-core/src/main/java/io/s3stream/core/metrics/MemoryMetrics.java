package io.s3stream.core.metrics;

import static io.s3stream.spi.metrics.MetricUnit.BYTES;

import io.s3stream.spi.metrics.Counter;
import java.util.function.LongSupplier;

/** Metrics of memory. */
public final class MemoryMetrics {

    private final Instruments instruments;
    private final Counter evicted;

    MemoryMetrics(Instruments instruments) {
        this.instruments = instruments;
        this.evicted = instruments.counter(
                "s3stream.writecache.evicted", BYTES, "Uploaded records evicted from the write cache");
    }

    /** Registers gauges of the total: write cache, block cache and read buffers. */
    public void watchAll(LongSupplier used, long limit) {
        instruments.gauge("s3stream.memory.used", BYTES, "Memory of write cache, block cache and read buffers", used);
        instruments.gauge(
                "s3stream.memory.limit",
                BYTES,
                "Configured sizes of write cache, block cache and read buffers together",
                () -> limit);
    }

    /** Registers gauges of the write cache. */
    public void watchWriteCache(LongSupplier used, long limit) {
        instruments.gauge("s3stream.writecache.used", BYTES, "Appends in flight and slabs", used);
        instruments.gauge(
                "s3stream.writecache.limit", BYTES, "Limit of the write cache; appends wait above it", () -> limit);
    }

    /** Registers gauges of unclosed fetch results. */
    public void watchLeases(LongSupplier pinned, long limit) {
        instruments.gauge("s3stream.lease.bytes", BYTES, "Write cache pinned by unclosed fetch results", pinned);
        instruments.gauge(
                "s3stream.lease.limit", BYTES, "Limit of pinned bytes; results above it are copies", () -> limit);
    }

    /** Records bytes of records that the write cache evicted. */
    public void evicted(long recordBytes) {
        evicted.add(recordBytes);
    }
}
