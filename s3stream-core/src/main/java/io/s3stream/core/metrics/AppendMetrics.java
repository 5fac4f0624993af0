package io.s3stream.core.metrics;

import static io.s3stream.spi.metrics.MetricUnit.BYTES;
import static io.s3stream.spi.metrics.MetricUnit.COUNT;
import static io.s3stream.spi.metrics.MetricUnit.NANOSECONDS;

import io.s3stream.spi.metrics.Counter;
import io.s3stream.spi.metrics.Histogram;
import io.s3stream.spi.metrics.MetricDescription;
import java.util.function.LongSupplier;

/** What becomes of appends. Told once a frame, so that it costs next to nothing once an append. */
public final class AppendMetrics {

    private final Instruments instruments;
    private final LongSupplier clock;
    private final boolean recorded;
    private final Counter batches;
    private final Counter bytes;
    private final Counter busy;
    private final Counter notWritten;
    private final Counter unknown;
    private final Histogram latency;
    private final Histogram frameBytes;
    private final Histogram frameBatches;

    AppendMetrics(Instruments instruments, LongSupplier clock) {
        this.instruments = instruments;
        this.clock = clock;
        this.recorded = instruments.areRecorded();
        this.batches = instruments.counter("s3stream.append.batches", COUNT, "Batches acknowledged");
        this.bytes = instruments.counter("s3stream.append.bytes", BYTES, "Payload acknowledged");
        this.busy = instruments.counter("s3stream.append.busy", COUNT, "Attempts refused because memory was full");
        MetricDescription failed =
                MetricDescription.of("s3stream.append.failed", COUNT, "Batches that failed after they had an offset");
        this.notWritten = instruments.counter(failed.with("outcome", "not_written"));
        this.unknown = instruments.counter(failed.with("outcome", "unknown"));
        this.latency = instruments.histogram(
                "s3stream.append.latency", NANOSECONDS, "From append to acknowledged, of a sample of batches");
        this.frameBytes = instruments.histogram(
                "s3stream.frame.bytes", BYTES, "Size of frames with batches, header and padding included");
        this.frameBatches = instruments.histogram("s3stream.frame.batches", COUNT, "Batches in such a frame");
    }

    /** How many appends are in no frame yet, a group counting as one. */
    public void watchQueue(LongSupplier waiting) {
        instruments.gauge("s3stream.append.waiting", COUNT, "Batches that wait for a place in a frame", waiting);
    }

    /** What {@link #acknowledged} takes for an append that is made now and belongs to the sample; never 0 if anybody looks. */
    public long stamp() {
        return recorded ? clock.getAsLong() | 1 : 0;
    }

    /**
     * An append is durable, and readable.
     *
     * @param stamp of {@link #stamp}, 0 if it does not belong to the sample
     */
    public void acknowledged(long stamp) {
        if (stamp != 0) {
            latency.record(Math.max(0, clock.getAsLong() - stamp));
        }
    }

    /** A frame with so many batches, which may be none, was acknowledged. */
    public void frame(int batchCount, long payloadBytes, int paddedBytes) {
        if (batchCount > 0) {
            batches.add(batchCount);
            bytes.add(payloadBytes);
            frameBytes.record(paddedBytes);
            frameBatches.record(batchCount);
        }
    }

    /** There was no memory for an append or a group of them. */
    public void busy() {
        busy.add(1);
    }

    /**
     * An append failed.
     *
     * @param isWritten whether it may be in the log all the same
     */
    public void failed(boolean isWritten) {
        (isWritten ? unknown : notWritten).add(1);
    }
}
