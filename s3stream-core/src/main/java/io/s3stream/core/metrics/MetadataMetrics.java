package io.s3stream.core.metrics;

import static io.s3stream.spi.metrics.MetricUnit.COUNT;
import static io.s3stream.spi.metrics.MetricUnit.NANOSECONDS;

import io.s3stream.spi.metrics.Counter;
import io.s3stream.spi.metrics.Histogram;
import java.util.function.LongSupplier;

/** What the metadata cost. */
public final class MetadataMetrics {

    private final LongSupplier clock;
    private final Histogram latency;
    private final Histogram commands;
    private final Counter conflicts;
    private final Counter retries;
    private final Counter reloads;

    MetadataMetrics(Instruments instruments, LongSupplier clock) {
        this.clock = clock;
        this.latency = instruments.histogram(
                "s3stream.metadata.commit.latency", NANOSECONDS, "From a batch begun to its outcome known");
        this.commands = instruments.histogram("s3stream.metadata.commit.commands", COUNT, "Commands in a batch");
        this.conflicts = instruments.counter(
                "s3stream.metadata.conflicts", COUNT, "Times another process changed the head first");
        this.retries = instruments.counter("s3stream.metadata.retries", COUNT, "Requests that failed and are repeated");
        this.reloads = instruments.counter(
                "s3stream.metadata.reloads", COUNT, "Heads read and applied: at open, and when others have committed");
    }

    /** The time, for {@link #committed}. */
    public long now() {
        return clock.getAsLong();
    }

    /** A batch has its outcome: each of its commands is accepted or refused. */
    public void committed(long begun, int commandCount) {
        latency.record(clock.getAsLong() - begun);
        commands.record(commandCount);
    }

    /** The head was not what a batch expected. */
    public void conflict() {
        conflicts.add(1);
    }

    /** A request failed; another follows. */
    public void repeated() {
        retries.add(1);
    }

    /** A head that is not this client's own was read and applied. */
    public void reloaded() {
        reloads.add(1);
    }
}
