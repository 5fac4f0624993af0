package io.s3stream.core.metrics;

import static io.s3stream.spi.metrics.MetricUnit.BYTES;
import static io.s3stream.spi.metrics.MetricUnit.COUNT;

import io.s3stream.spi.metrics.Counter;
import io.s3stream.spi.metrics.MetricDescription;

/** Metrics of deletion from object storage. */
public final class CollectMetrics {

    private final Counter retiredObjects;
    private final Counter orphans;
    private final Counter retiredBytes;
    private final Counter orphanBytes;
    private final Counter aborted;
    private final Counter failures;
    private volatile long waiting;

    CollectMetrics(Instruments instruments) {
        MetricDescription objects =
                MetricDescription.of("s3stream.collect.objects", COUNT, "Data objects deleted from object storage");
        MetricDescription bytes =
                MetricDescription.of("s3stream.collect.bytes", BYTES, "Bytes of deleted data objects");
        this.retiredObjects = instruments.counter(objects.with("kind", "retired"));
        this.orphans = instruments.counter(objects.with("kind", "orphan"));
        this.retiredBytes = instruments.counter(bytes.with("kind", "retired"));
        this.orphanBytes = instruments.counter(bytes.with("kind", "orphan"));
        this.aborted =
                instruments.counter("s3stream.collect.uploads", COUNT, "Abandoned multipart uploads that were aborted");
        this.failures =
                instruments.counter("s3stream.collect.failed", COUNT, "Deletion rounds that failed; each is retried");
        instruments.gauge("s3stream.collect.waiting", COUNT, "Retired objects that are not deleted yet", () -> waiting);
    }

    /** Records that retired objects were deleted. */
    public void deleted(long count, long bytes) {
        retiredObjects.add(count);
        retiredBytes.add(bytes);
    }

    /** Records that orphans were deleted. */
    public void swept(long count, long bytes) {
        orphans.add(count);
        orphanBytes.add(bytes);
    }

    /** Records that an abandoned multipart upload was aborted. */
    public void aborted() {
        aborted.add(1);
    }

    /** Records that a round failed. */
    public void failed() {
        failures.add(1);
    }

    /** Sets the number of retired objects that still exist. */
    public void retired(long count) {
        waiting = count;
    }
}
