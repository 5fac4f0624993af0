package io.s3stream.core.metrics;

import static io.s3stream.spi.metrics.MetricUnit.BYTES;
import static io.s3stream.spi.metrics.MetricUnit.COUNT;
import static io.s3stream.spi.metrics.MetricUnit.NANOSECONDS;

import io.s3stream.spi.metrics.Counter;
import io.s3stream.spi.metrics.Histogram;
import io.s3stream.spi.metrics.MetricDescription;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Metrics of requests to the current WAL. */
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
        MetricDescription latency = MetricDescription.of(
                "s3stream.wal.write.latency", NANOSECONDS, "Time from the issue of a frame to the answer of the WAL");
        this.written = instruments.histogram(latency.with("outcome", "ok"));
        this.failed = instruments.histogram(latency.with("outcome", "failed"));
        this.bytes = instruments.counter("s3stream.wal.write.bytes", BYTES, "Frames written, padding included");
        this.full = instruments.counter(
                "s3stream.wal.full", COUNT, "Times a frame had to wait for space that an upload frees");
        MetricDescription switches = MetricDescription.of("s3stream.wal.switches", COUNT, "Switches to another WAL");
        this.switchesAsked = instruments.counter(switches.with("reason", "asked"));
        this.switchesAfterFailure = instruments.counter(switches.with("reason", "failure"));
        instruments.gauge("s3stream.wal.inflight.frames", COUNT, "Frames in flight", framesInFlight::get);
        instruments.gauge("s3stream.wal.inflight.bytes", BYTES, "Bytes of frames in flight", bytesInFlight::get);
    }

    /**
     * @param used bytes that are not uploaded yet
     * @param capacity of the WAL being written
     * @param atRisk bytes that are only on a failed WAL
     */
    public void watch(LongSupplier used, LongSupplier capacity, LongSupplier atRisk) {
        instruments.gauge("s3stream.wal.used", BYTES, "WAL space of records that are not uploaded yet", used);
        instruments.gauge("s3stream.wal.capacity", BYTES, "Capacity of the WAL being written", capacity);
        instruments.gauge("s3stream.wal.atrisk", BYTES, "Acknowledged records that are only on a failed WAL", atRisk);
    }

    /**
     * Records that a frame is sent to the WAL.
     *
     * @return the time for {@link #answered}
     */
    public long issued(int frameBytes) {
        framesInFlight.incrementAndGet();
        bytesInFlight.addAndGet(frameBytes);
        return clock.getAsLong();
    }

    /** Records the answer to a frame. Each issued frame gets one, even after the WAL was abandoned. */
    public void answered(long issued, int frameBytes, boolean isWritten) {
        framesInFlight.decrementAndGet();
        bytesInFlight.addAndGet(-frameBytes);
        (isWritten ? written : failed).record(clock.getAsLong() - issued);
        if (isWritten) {
            bytes.add(frameBytes);
        }
    }

    /** Records that the WAL had no room for a frame. */
    public void full() {
        full.add(1);
    }

    /** Records a switch to another WAL. */
    public void switched(boolean afterFailure) {
        (afterFailure ? switchesAfterFailure : switchesAsked).add(1);
    }
}
