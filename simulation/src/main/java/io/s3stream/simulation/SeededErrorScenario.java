package io.s3stream.simulation;

import io.s3stream.api.AppendResult;
import io.s3stream.api.BatchFilter;
import io.s3stream.api.CreateOptions;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreListener;
import io.s3stream.api.StoreState;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.AppendFailedException;
import io.s3stream.api.errors.AppendFailedException.Outcome;
import io.s3stream.api.errors.StreamException;
import io.s3stream.simulation.history.Findings;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.simulation.world.SimDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.simulation.world.SimWorld;
import io.s3stream.testkit.sim.SimNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Throws one Error at one step of an engine whose process continues [R38]. Every call is answered, the outcome of each
 * append is true after the next opening, and the store closes.
 */
final class SeededErrorScenario {

    private static final int ROUNDS = 6;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);
    private static final List<String> ENGINE =
            List.of("append.", "upload.", "metadata.", "close.", "open.", "collect.", "compact.", "switch.");

    private final SimWorld world;
    private final SimDisks disk;
    private final int errorAt;
    private final List<Appended> appended = new ArrayList<>();
    private final List<CompletableFuture<?>> calls = new ArrayList<>();
    private int steps;
    private @Nullable String hit;
    private boolean heard;

    private record Appended(String text, AppendResult result) {}

    /** Steps on the thread of an append's caller, who gets the Error. The stream stays as it is. */
    private static final Set<String> CALLERS = Set.of("append.stamp", "append.allocate");

    /** @param errorAt the number of the step that throws */
    SeededErrorScenario(long seed, int errorAt, SimEngine.Factory engine) {
        this.world = new SimWorld(seed, engine);
        this.disk = new SimDisks(world.simulator());
        this.errorAt = errorAt;
    }

    /** @return the step that threw; null if there were fewer steps */
    @Nullable
    String run() {
        SimNode node = world.start("node", disk, at -> false);
        node.watch(this::reached);
        CompletableFuture<StreamStore> opening = world.open(node, disk, 0, options -> options.listener(listener()));
        world.settle(opening, "open with an Error at " + hit);
        if (!opening.isCompletedExceptionally()) {
            work(node, opening.join());
        }
        node.crash();
        check();
        return hit;
    }

    private void reached(String step) {
        if (ENGINE.stream().anyMatch(step::startsWith) && steps++ == errorAt) {
            hit = step;
            throw new AssertionError("seeded at " + step);
        }
    }

    private StoreListener listener() {
        return new StoreListener() {
            @Override
            public void stateChanged(StoreState state) {
                heard |= state.level() == StoreState.Level.STOPPED;
            }
        };
    }

    private void work(SimNode node, StreamStore store) {
        CompletableFuture<Stream> opened = store.createStream(CreateOptions.named("s"))
                .thenCompose(id -> store.openStream(id, OpenOptions.owner()));
        world.settle(opened, "stream with an Error at " + hit);
        if (!opened.isCompletedExceptionally()) {
            append(node, store, opened.join());
        }
        for (CompletableFuture<?> call : calls) {
            world.settle(call, "a call with an Error at " + hit);
        }
        for (Appended append : appended) {
            world.settle(append.result().durable(), "an append with an Error at " + hit);
        }
        long before = world.simulator().now();
        world.settle(store.close(CLOSE_TIMEOUT), "close with an Error at " + hit);
        Duration took = Duration.ofNanos(world.simulator().now() - before);
        if (took.compareTo(CLOSE_TIMEOUT.multipliedBy(2)) > 0) {
            throw new HistoryViolation("an Error at " + hit + " made the close take " + took);
        }
        if (appended.stream().anyMatch(append -> append.result().durable().isCompletedExceptionally()) && !heard) {
            throw new HistoryViolation("no listener or caller was told of the Error at " + hit);
        }
    }

    private void append(SimNode node, StreamStore store, Stream stream) {
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < 4; i++) {
                try {
                    append(node, stream);
                } catch (StreamException refused) {
                    return;
                }
            }
            world.simulator().runFor(Duration.ofMillis(5).toNanos());
            if (round % 2 == 0) {
                calls.add(store.flush()
                        .thenCompose(flushed ->
                                store.rewrite(stream.id(), 0, Long.MAX_VALUE, SeededErrorScenario::replaceBySame)));
            }
            calls.add(stream.whenDurable(stream.nextOffset()));
            calls.add(store.describeStream(stream.id()));
        }
    }

    /** A rewriting that changes no byte, so that the records can be compared. */
    private static BatchFilter.Verdict replaceBySame(FetchedBatch batch) {
        return BatchFilter.Verdict.replace(ByteBuffer.allocate(batch.payload().remaining())
                .put(batch.payload())
                .flip());
    }

    /** Appends a record whose stamp is a step of the engine. An Error in the stamp leaves the stream as it is. */
    private void append(SimNode node, Stream stream) {
        String text = "record " + appended.size();
        try {
            appended.add(new Appended(text, stream.tryAppend(RecordBatch.of(text, 1), (offset, payload) -> {
                if (offset != appended.size()) {
                    throw new HistoryViolation("an Error at " + hit + ": offset " + offset + " for " + text);
                }
                node.step("append.stamp");
            })));
        } catch (AssertionError seeded) {
            if (!CALLERS.contains(hit)) {
                throw seeded;
            }
        }
    }

    /** Checks the records after the next opening: a prefix of the appended ones, with all that were acknowledged. */
    private void check() {
        SimNode next = world.start("successor", disk, at -> false);
        StreamStore store = world.await(world.open(next, disk, 0), "open after an Error at " + hit);
        Set<String> there = new HashSet<>();
        if (world.await(store.findStream("s"), "find").isPresent()) {
            long id = world.await(store.findStream("s"), "find").orElseThrow().id();
            Stream stream = world.await(store.openStream(id, OpenOptions.owner()), "stream after an Error at " + hit);
            read(stream, there);
            world.await(stream.tryAppend(RecordBatch.of("last", 1)).durable(), "append after an Error at " + hit);
        }
        for (Appended append : appended) {
            boolean isThere = there.contains(append.text());
            Outcome outcome = outcome(append);
            if (outcome == null ? !isThere : outcome == Outcome.NOT_WRITTEN && isThere) {
                throw new HistoryViolation("an Error at " + hit + ": " + append.text() + " was told "
                        + (outcome == null ? "that it is durable" : outcome) + " and is "
                        + (isThere ? "there" : "not there"));
            }
        }
        world.await(store.close(CLOSE_TIMEOUT), "close");
    }

    private static @Nullable Outcome outcome(Appended append) {
        Throwable error =
                append.result().durable().handle((offset, failure) -> failure).join();
        return error == null ? null : ((AppendFailedException) Findings.unwrap(error)).outcome();
    }

    private void read(Stream stream, Set<String> there) {
        long at = 0;
        while (at < stream.confirmOffset()) {
            try (FetchResult result =
                    world.await(stream.fetch(at, Long.MAX_VALUE, 1 << 20, FetchOptions.NO_WAIT), "fetch")) {
                for (FetchedBatch batch : result.batches()) {
                    String text = StandardCharsets.UTF_8.decode(batch.payload()).toString();
                    if (!text.equals(appended.get((int) at).text())) {
                        throw new HistoryViolation("offset " + at + " has " + text);
                    }
                    there.add(text);
                    at = batch.endOffset();
                }
            }
        }
    }
}
