package io.s3stream.core.metrics;

import static io.s3stream.spi.metrics.MetricUnit.BYTES;
import static io.s3stream.spi.metrics.MetricUnit.COUNT;
import static io.s3stream.spi.metrics.MetricUnit.NANOSECONDS;

import io.s3stream.spi.metrics.Counter;
import io.s3stream.spi.metrics.Histogram;
import io.s3stream.spi.metrics.MetricDescription;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** What is asked of the WAL, whichever it is at the moment, and how it answers. */
public final class WalMetrics {

    private final Instruments instruments;
    private final LongSupplier clock;
    private final AtomicLong framesInFlight = new AtomicLong();
    private final AtomicLong bytesInFlight = new AtomicLong();
    private final Histogram written;
    private final Histogram failed;
    private final Counter bytes;
    private final Counter full;
    private final Counter switchesAsked;
    private final Counter switchesAfterFailure;

    WalMetrics(Instruments instruments, LongSupplier clock) {
        this.instruments = instruments;
        this.clock = clock;
        MetricDescription latency =
                MetricDescription.of("s3stream.wal.write.latency", NANOSECONDS, "From a frame issued to its answer");
        this.written = instruments.histogram(latency.with("outcome", "ok"));
        this.failed = instruments.histogram(latency.with("outcome", "failed"));
        this.bytes = instruments.counter("s3stream.wal.write.bytes", BYTES, "Frames written, padding included");
        this.full = instruments.counter(
                "s3stream.wal.full", COUNT, "Times a frame found no room before something is uploaded");
        MetricDescription switches =
                MetricDescription.of("s3stream.wal.switches", COUNT, "Times the log went on elsewhere");
        this.switchesAsked = instruments.counter(switches.with("reason", "asked"));
        this.switchesAfterFailure = instruments.counter(switches.with("reason", "failure"));
        instruments.gauge("s3stream.wal.inflight.frames", COUNT, "Frames without an answer", framesInFlight::get);
        instruments.gauge("s3stream.wal.inflight.bytes", BYTES, "Bytes of those frames", bytesInFlight::get);
    }

    /**
     * @param used bytes not yet uploaded
     * @param capacity of the WAL being written
     * @param atRisk bytes that are only on one that failed
     */
    public void watch(LongSupplier used, LongSupplier capacity, LongSupplier atRisk) {
        instruments.gauge("s3stream.wal.used", BYTES, "Space taken by what is not yet uploaded", used);
        instruments.gauge("s3stream.wal.capacity", BYTES, "Space of the WAL being written", capacity);
        instruments.gauge("s3stream.wal.atrisk", BYTES, "Acknowledged and only on a WAL that failed", atRisk);
    }

    /**
     * A frame goes to the WAL.
     *
     * @return for {@link #answered}
     */
    public long issued(int frameBytes) {
        framesInFlight.incrementAndGet();
        bytesInFlight.addAndGet(frameBytes);
        return clock.getAsLong();
    }

    /** Every frame issued has its answer some day, also when the WAL was given up meanwhile. */
    public void answered(long issued, int frameBytes, boolean isWritten) {
        framesInFlight.decrementAndGet();
        bytesInFlight.addAndGet(-frameBytes);
        (isWritten ? written : failed).record(clock.getAsLong() - issued);
        if (isWritten) {
            bytes.add(frameBytes);
        }
    }

    /** There was no room for a frame. */
    public void full() {
        full.add(1);
    }

    /** The log goes on in another WAL. */
    public void switched(boolean afterFailure) {
        (afterFailure ? switchesAfterFailure : switchesAsked).add(1);
    }
}
