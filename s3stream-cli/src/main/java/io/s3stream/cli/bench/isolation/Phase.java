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
import java.util.function.BooleanSupplier;

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
    private static final Duration PATIENCE = Duration.ofMinutes(2);

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
        long from = System.nanoTime() + SETTLE.toNanos();
        LatenciesOfPhase appends = new LatenciesOfPhase(from);
        LatenciesOfPhase reads = new LatenciesOfPhase(from);
        List<TailFollower> followers = streams.stream()
                .map(stream -> new TailFollower(stream, readers, reads, POLLS))
                .toList();
        Proof proof;
        try (Load.Running producers = load.start(appends)) {
            producers.pass(Duration.ofNanos(Math.max(0, from - System.nanoTime())));
            disturbance.begin(duration);
            producers.pass(duration);
            long limit = System.nanoTime() + PATIENCE.toNanos();
            while (!disturbance.hasHappened()) {
                requireBefore(limit, "the disturbance has not happened");
                producers.pass(CHECK_EVERY);
            }
            producers.endSchedule();
            proof = disturbance.end();
            producers.awaitSchedule();
            long records = producers.records();
            awaitAll(() -> records == appends.received() && records == recordsOf(followers));
        } finally {
            followers.stream().map(TailFollower::stop).toList().forEach(Futures::await);
        }
        return new PhaseResult(appends.histogram(), reads.histogram(), proof);
    }

    private static long recordsOf(List<TailFollower> followers) {
        return followers.stream().mapToLong(TailFollower::records).sum();
    }

    /** Waits until all latencies are known. A callback may run after the producer knows that its record is durable. */
    private static void awaitAll(BooleanSupplier areKnown) {
        long limit = System.nanoTime() + PATIENCE.toNanos();
        while (!areKnown.getAsBoolean()) {
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
