package io.s3stream.core.metrics;

import static io.s3stream.spi.metrics.MetricUnit.BYTES;
import static io.s3stream.spi.metrics.MetricUnit.COUNT;
import static io.s3stream.spi.metrics.MetricUnit.NANOSECONDS;

import io.s3stream.spi.metrics.Counter;
import io.s3stream.spi.metrics.Histogram;
import io.s3stream.spi.metrics.MetricDescription;
import java.util.function.LongSupplier;

/** Metrics of compaction. */
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
        MetricDescription tasks =
                MetricDescription.of("s3stream.compaction.tasks", COUNT, "Compactions that succeeded or failed");
        this.done = instruments.counter(tasks.with("outcome", "done"));
        this.failed = instruments.counter(tasks.with("outcome", "failed"));
        MetricDescription objects = MetricDescription.of(
                "s3stream.compaction.objects", COUNT, "Input objects replaced, and output objects that replace them");
        this.objectsRead = instruments.counter(objects.with("direction", "read"));
        this.objectsWritten = instruments.counter(objects.with("direction", "written"));
        MetricDescription bytes = MetricDescription.of(
                "s3stream.compaction.bytes", BYTES, "Bytes of objects read, written, or copied by the object storage");
        this.bytesRead = instruments.counter(bytes.with("direction", "read"));
        this.bytesWritten = instruments.counter(bytes.with("direction", "written"));
        this.bytesCopied = instruments.counter(bytes.with("direction", "copied"));
        this.dead = instruments.counter(
                "s3stream.compaction.dead", COUNT, "Streams whose ranges changed before a compaction was committed");
        this.damaged = instruments.counter(
                "s3stream.compaction.damaged", COUNT, "Times a damaged object was excluded from compaction");
        this.duration = instruments.histogram(
                "s3stream.compaction.duration", NANOSECONDS, "Time from the first read of a compaction to its end");
    }

    /** Returns the current time for {@link #ended}. */
    public long now() {
        return clock.getAsLong();
    }

    /** Records the end of a compaction that began at {@code begun}. */
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

    /** Records bytes that the object storage copied by itself. */
    public void copied(long objectBytes) {
        bytesCopied.add(objectBytes);
    }

    /** Records a committed compaction. */
    public void replaced(int inputs, int outputs, int deadStreams) {
        objectsRead.add(inputs);
        objectsWritten.add(outputs);
        dead.add(deadStreams);
    }

    /** Records that an input is damaged. */
    public void damaged() {
        damaged.add(1);
    }
}
