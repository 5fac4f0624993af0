package io.s3stream.core.metrics;

import static io.s3stream.spi.metrics.MetricUnit.BYTES;
import static io.s3stream.spi.metrics.MetricUnit.COUNT;
import static io.s3stream.spi.metrics.MetricUnit.NANOSECONDS;

import io.s3stream.spi.metrics.Counter;
import io.s3stream.spi.metrics.Histogram;
import io.s3stream.spi.metrics.MetricDescription;
import java.util.function.LongSupplier;

/** Metrics of appends. Most are updated once per frame, so that an append costs almost nothing. */
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
                "s3stream.append.latency", NANOSECONDS, "Time from append to acknowledgement, for a sample of batches");
        this.frameBytes = instruments.histogram(
                "s3stream.frame.bytes", BYTES, "Size of frames with batches, header and padding included");
        this.frameBatches =
                instruments.histogram("s3stream.frame.batches", COUNT, "Batches per frame, without empty frames");
    }

    /** Registers the gauge of appends that are in no frame yet. A group counts as one. */
    public void watchQueue(LongSupplier waiting) {
        instruments.gauge("s3stream.append.waiting", COUNT, "Batches that are not in a frame yet", waiting);
    }

    /**
     * Returns the stamp for {@link #acknowledged} of an append in the sample. The stamp is 0 only if no metrics are
     * recorded.
     */
    public long stamp() {
        return recorded ? clock.getAsLong() | 1 : 0;
    }

    /**
     * Records that an append is durable and readable.
     *
     * @param stamp from {@link #stamp}, or 0 if the append is not in the sample
     */
    public void acknowledged(long stamp) {
        if (stamp != 0) {
            latency.record(Math.max(0, clock.getAsLong() - stamp));
        }
    }

    /** Records that a frame was acknowledged. An empty frame has a batch count of 0. */
    public void frame(int batchCount, long payloadBytes, int paddedBytes) {
        if (batchCount > 0) {
            batches.add(batchCount);
            bytes.add(payloadBytes);
            frameBytes.record(paddedBytes);
            frameBatches.record(batchCount);
        }
    }

    /** Records that an append or a group was refused for lack of memory. */
    public void busy() {
        busy.add(1);
    }

    /**
     * Records that an append failed.
     *
     * @param isWritten whether the log may nevertheless contain it
     */
    public void failed(boolean isWritten) {
        (isWritten ? unknown : notWritten).add(1);
    }
}
