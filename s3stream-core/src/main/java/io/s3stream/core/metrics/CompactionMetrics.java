package io.s3stream.core.metrics;

import static io.s3stream.spi.metrics.MetricUnit.BYTES;
import static io.s3stream.spi.metrics.MetricUnit.COUNT;
import static io.s3stream.spi.metrics.MetricUnit.NANOSECONDS;

import io.s3stream.spi.metrics.Counter;
import io.s3stream.spi.metrics.Histogram;
import io.s3stream.spi.metrics.MetricDescription;
import java.util.function.LongSupplier;

/** How small objects become large ones. */
public final class CompactionMetrics {

    private final LongSupplier clock;
    private final Counter done;
    private final Counter failed;
    private final Counter objectsRead;
    private final Counter objectsWritten;
    private final Counter bytesRead;
    private final Counter bytesWritten;
    private final Counter bytesCopied;
    private final Counter dead;
    private final Counter damaged;
    private final Histogram duration;

    CompactionMetrics(Instruments instruments, LongSupplier clock) {
        this.clock = clock;
        MetricDescription tasks = MetricDescription.of("s3stream.compaction.tasks", COUNT, "Compactions that ended");
        this.done = instruments.counter(tasks.with("outcome", "done"));
        this.failed = instruments.counter(tasks.with("outcome", "failed"));
        MetricDescription objects = MetricDescription.of(
                "s3stream.compaction.objects", COUNT, "Objects replaced, and those in their place");
        this.objectsRead = instruments.counter(objects.with("direction", "read"));
        this.objectsWritten = instruments.counter(objects.with("direction", "written"));
        MetricDescription bytes =
                MetricDescription.of("s3stream.compaction.bytes", BYTES, "Bytes of objects read and written");
        this.bytesRead = instruments.counter(bytes.with("direction", "read"));
        this.bytesWritten = instruments.counter(bytes.with("direction", "written"));
        this.bytesCopied = instruments.counter(bytes.with("direction", "copied"));
        this.dead = instruments.counter(
                "s3stream.compaction.dead", COUNT, "Streams whose ranges were others when a compaction was committed");
        this.damaged = instruments.counter(
                "s3stream.compaction.damaged", COUNT, "Times an object was left alone because it is damaged");
        this.duration = instruments.histogram(
                "s3stream.compaction.duration", NANOSECONDS, "From the first read of a compaction to its end");
    }

    /** The time, for {@link #ended}. */
    public long now() {
        return clock.getAsLong();
    }

    /** A compaction ended; {@code begun} is when it began. */
    public void ended(long begun, boolean hasFailed) {
        (hasFailed ? failed : done).add(1);
        duration.record(clock.getAsLong() - begun);
    }

    public void read(long objectBytes) {
        bytesRead.add(objectBytes);
    }

    public void written(long objectBytes) {
        bytesWritten.add(objectBytes);
    }

    /** The object storage has copied so much by itself. */
    public void copied(long objectBytes) {
        bytesCopied.add(objectBytes);
    }

    /** A commit took effect. */
    public void replaced(int inputs, int outputs, int deadStreams) {
        objectsRead.add(inputs);
        objectsWritten.add(outputs);
        dead.add(deadStreams);
    }

    /** Something cannot be read as it was written. */
    public void damaged() {
        damaged.add(1);
    }
}
