package io.s3stream.core.metrics;

import static io.s3stream.spi.metrics.MetricUnit.BYTES;
import static io.s3stream.spi.metrics.MetricUnit.COUNT;
import static io.s3stream.spi.metrics.MetricUnit.NANOSECONDS;

import io.s3stream.spi.metrics.Counter;
import io.s3stream.spi.metrics.Histogram;
import java.util.function.LongSupplier;

/** How what was acknowledged gets into object storage. */
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
        this.retries = instruments.counter("s3stream.upload.retries", COUNT, "Attempts that failed and are repeated");
        this.duration = instruments.histogram(
                "s3stream.upload.duration", NANOSECONDS, "To write an object, repetitions included");
        instruments.gauge(
                "s3stream.upload.backlog.bytes", BYTES, "Acknowledged and not yet uploaded", () -> backlogBytes);
        instruments.gauge(
                "s3stream.upload.backlog.age",
                NANOSECONDS,
                "Since the oldest of it was acknowledged",
                () -> backlogBytes == 0 ? 0 : Math.max(0, clock.getAsLong() - oldest));
    }

    /** The time, for {@link #written} and {@link #backlog}. */
    public long now() {
        return clock.getAsLong();
    }

    /**
     * An object is in object storage.
     *
     * @param begun when its first attempt began
     */
    public void written(long begun, long objectBytes) {
        objects.add(1);
        bytes.add(objectBytes);
        duration.record(clock.getAsLong() - begun);
    }

    /** An attempt failed; another follows. */
    public void repeated() {
        retries.add(1);
    }

    /** So much waits to be uploaded, the oldest of it since then. Told by one thread at a time. */
    public void backlog(long recordBytes, long since) {
        oldest = since;
        backlogBytes = recordBytes;
    }
}
