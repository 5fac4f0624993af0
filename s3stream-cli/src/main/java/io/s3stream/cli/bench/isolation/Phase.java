package io.s3stream.cli.bench.isolation;

import io.s3stream.api.FetchOptions;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.cli.bench.Load;
import io.s3stream.cli.bench.LoadOptions;
import io.s3stream.cli.bench.TailFollower;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.ToolException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Recorder;

/**
 * Runs producers and followers of all streams for one phase. Every record that is due in the phase counts in it, also if
 * it is durable or read later. Used by one thread.
 */
final class Phase {

    /** Time before a phase in which the producers and followers run and nothing is measured. */
    static final Duration SETTLE = Duration.ofMillis(300);

    private static final FetchOptions POLLS = FetchOptions.longPoll(Duration.ofMillis(200));
    private static final Duration CHECK_EVERY = Duration.ofMillis(10);
    /** Longest time after the phase until the disturbance has happened and all records are read. */
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final Load load;
    private final List<Stream> streams;
    private final Executor readers;

    /** @param readers runs the followers */
    Phase(StreamStore store, List<Stream> streams, LoadOptions load, Executor readers) {
        this.load = new Load(store, streams, load);
        this.streams = streams;
        this.readers = readers;
    }

    /**
     * Runs a phase. It ends after {@code duration}, and not before the disturbance has happened.
     *
     * @throws ToolException if the disturbance did not happen, or the followers do not reach the end of the streams
     */
    PhaseResult run(Duration duration, Disturbance disturbance) {
        disturbance.arm();
        Recorder appends = new Recorder(3);
        Recorder reads = new Recorder(3);
        List<TailFollower> followers = streams.stream()
                .map(stream -> new TailFollower(stream, readers, reads, POLLS))
                .toList();
        Proof proof;
        try (Load.Running producers = load.start(appends)) {
            producers.pass(SETTLE);
            appends.getIntervalHistogram();
            reads.getIntervalHistogram();
            disturbance.begin(duration);
            producers.pass(duration);
            long limit = System.nanoTime() + PATIENCE.toNanos();
            while (!disturbance.hasHappened()) {
                requireBefore(limit, "the disturbance has not happened");
                producers.pass(CHECK_EVERY);
            }
            producers.stop();
            proof = disturbance.end();
            producers.close();
            awaitReads(followers, producers.records());
        } finally {
            followers.stream().map(TailFollower::stop).toList().forEach(Futures::await);
        }
        return new PhaseResult(appends.getIntervalHistogram(), reads.getIntervalHistogram(), proof);
    }

    private static void awaitReads(List<TailFollower> followers, long records) {
        long limit = System.nanoTime() + PATIENCE.toNanos();
        while (followers.stream().mapToLong(TailFollower::records).sum() < records) {
            requireBefore(limit, "the followers have not read all records");
            LockSupport.parkNanos(CHECK_EVERY.toNanos());
        }
    }

    private static void requireBefore(long limit, String problem) {
        if (System.nanoTime() - limit > 0) {
            throw new ToolException(problem + " " + PATIENCE.toSeconds() + " s after the end of the phase");
        }
    }
}
