package io.s3stream.core.metrics;

import static io.s3stream.spi.metrics.MetricUnit.BYTES;
import static io.s3stream.spi.metrics.MetricUnit.COUNT;

import io.s3stream.spi.metrics.Counter;
import io.s3stream.spi.metrics.MetricDescription;

/** What is deleted from object storage. */
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
                MetricDescription.of("s3stream.collect.bytes", BYTES, "Bytes of data objects deleted");
        this.retiredObjects = instruments.counter(objects.with("kind", "retired"));
        this.orphans = instruments.counter(objects.with("kind", "orphan"));
        this.retiredBytes = instruments.counter(bytes.with("kind", "retired"));
        this.orphanBytes = instruments.counter(bytes.with("kind", "orphan"));
        this.aborted = instruments.counter("s3stream.collect.uploads", COUNT, "Abandoned uploads in parts aborted");
        this.failures = instruments.counter(
                "s3stream.collect.failed", COUNT, "Rounds of deletion that failed and are repeated");
        instruments.gauge(
                "s3stream.collect.waiting", COUNT, "Retired objects that were not yet deleted", () -> waiting);
    }

    /** So many retired objects are gone. */
    public void deleted(long count, long bytes) {
        retiredObjects.add(count);
        retiredBytes.add(bytes);
    }

    /** So many objects that nobody committed are gone. */
    public void swept(long count, long bytes) {
        orphans.add(count);
        orphanBytes.add(bytes);
    }

    /** An upload in parts that nobody went on with was aborted. */
    public void aborted() {
        aborted.add(1);
    }

    /** A round failed. */
    public void failed() {
        failures.add(1);
    }

    /** So many objects are retired and still there. */
    public void retired(long count) {
        waiting = count;
    }
}
