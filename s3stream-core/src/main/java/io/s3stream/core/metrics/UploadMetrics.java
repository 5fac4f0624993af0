package io.s3stream.core.metrics;

import static io.s3stream.spi.metrics.MetricUnit.BYTES;
import static io.s3stream.spi.metrics.MetricUnit.COUNT;
import static io.s3stream.spi.metrics.MetricUnit.NANOSECONDS;

import io.s3stream.spi.metrics.Counter;
import io.s3stream.spi.metrics.Histogram;
import java.util.function.LongSupplier;

/** Metrics of uploads. */
public final class UploadMetrics {

    private final LongSupplier clock;
    private final Counter objects;
    private final Counter bytes;
    private final Counter retries;
    private final Histogram duration;
    private volatile long backlogBytes;
    private volatile long oldest;

    UploadMetrics(Instruments instruments, LongSupplier clock) {
        this.clock = clock;
        this.objects = instruments.counter("s3stream.upload.objects", COUNT, "Data objects written");
        this.bytes = instruments.counter("s3stream.upload.bytes", BYTES, "Bytes of data objects written");
        this.retries = instruments.counter("s3stream.upload.retries", COUNT, "Failed attempts that are retried");
        this.duration = instruments.histogram(
                "s3stream.upload.duration", NANOSECONDS, "Time to write an object, retries included");
        instruments.gauge(
                "s3stream.upload.backlog.bytes",
                BYTES,
                "Acknowledged records that are not committed yet",
                () -> backlogBytes);
        instruments.gauge(
                "s3stream.upload.backlog.age",
                NANOSECONDS,
                "Time since the oldest uncommitted record was acknowledged",
                () -> backlogBytes == 0 ? 0 : Math.max(0, clock.getAsLong() - oldest));
    }

    /** Returns the current time for {@link #written} and {@link #backlog}. */
    public long now() {
        return clock.getAsLong();
    }

    /**
     * Records that an object was written.
     *
     * @param begun when its first attempt began
     */
    public void written(long begun, long objectBytes) {
        objects.add(1);
        bytes.add(objectBytes);
        duration.record(clock.getAsLong() - begun);
    }

    /** Records that an attempt failed and will be retried. */
    public void repeated() {
        retries.add(1);
    }

    /** Sets the bytes that are not committed yet, and the time of the oldest. Called by one thread at a time. */
    public void backlog(long recordBytes, long since) {
        oldest = since;
        backlogBytes = recordBytes;
    }
}
