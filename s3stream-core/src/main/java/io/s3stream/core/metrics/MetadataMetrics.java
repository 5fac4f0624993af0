package io.s3stream.core.metrics;

import static io.s3stream.spi.metrics.MetricUnit.COUNT;
import static io.s3stream.spi.metrics.MetricUnit.NANOSECONDS;

import io.s3stream.spi.metrics.Counter;
import io.s3stream.spi.metrics.Histogram;
import java.util.function.LongSupplier;

/** Metrics of metadata commits. */
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
                "s3stream.metadata.commit.latency",
                NANOSECONDS,
                "Time from the start of a batch of commands to its outcome");
        this.commands = instruments.histogram("s3stream.metadata.commit.commands", COUNT, "Commands per batch");
        this.conflicts = instruments.counter(
                "s3stream.metadata.conflicts", COUNT, "Times another process changed the head first");
        this.retries = instruments.counter("s3stream.metadata.retries", COUNT, "Failed requests that are retried");
        this.reloads = instruments.counter(
                "s3stream.metadata.reloads",
                COUNT,
                "Heads read and applied, at opening and after commits of other processes");
    }

    /** Returns the current time for {@link #committed}. */
    public long now() {
        return clock.getAsLong();
    }

    /** Records that a batch has its outcome: each command was accepted or refused. */
    public void committed(long begun, int commandCount) {
        latency.record(clock.getAsLong() - begun);
        commands.record(commandCount);
    }

    /** Records that the head was not the expected version. */
    public void conflict() {
        conflicts.add(1);
    }

    /** Records that a request failed and will be retried. */
    public void repeated() {
        retries.add(1);
    }

    /** Records that the head of another client was read and applied. */
    public void reloaded() {
        reloads.add(1);
    }
}
