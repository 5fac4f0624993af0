package io.s3stream.simulation;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.errors.StreamSealedException;
import io.s3stream.simulation.history.Findings;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.simulation.history.PositionCheck;
import io.s3stream.simulation.history.RewriteHistory;
import io.s3stream.simulation.history.StreamHistory;
import io.s3stream.simulation.world.SimConfig;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.testkit.sim.SimBucket;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * A node that appends, reads, trims, closes, crashes at any step and returns. Its object storage fails, is late and
 * loses responses, and its disk tears writes. In the end everything is read and checked.
 */
public final class SingleNodeScenario {

    private final Simulator simulator;
    private final int actions;
    private final Findings findings = new Findings();
    private final SimReaders readers = new SimReaders();
    private final FinalVerifier verifier;
    private final LeftOvers leftOvers;
    private final ScenarioNode node;
    private final ScenarioSeals seals;
    private final ScenarioStreams streams = new ScenarioStreams();
    private final ScenarioAppends appends;
    private final ScenarioRewrites rewrites;

    public SingleNodeScenario(long seed, int actions) {
        this(seed, actions, SimEngine::new);
    }

    SingleNodeScenario(long seed, int actions, SimEngine.Factory engine) {
        SimBucket bucket = new SimBucket();
        this.simulator = new Simulator(seed);
        this.actions = actions;
        this.verifier = new FinalVerifier(simulator, bucket);
        this.leftOvers = new LeftOvers(simulator, bucket);
        this.rewrites = new ScenarioRewrites(simulator, findings);
        this.appends = new ScenarioAppends(simulator, findings, verifier, streams);
        this.seals = new ScenarioSeals(simulator, findings);
        this.node = new ScenarioNode(simulator, engine, bucket, findings, streams::clear);
    }

    /** Sets the disk's failure rate. */
    SingleNodeScenario failDiskWrites(double probability) {
        node.failDiskWrites(probability);
        return this;
    }

    /** Lets the node write its WAL to the object storage. */
    SingleNodeScenario walOnObjectStorage() {
        node.wals(List.of(SimConfig.STORE_WAL_URI));
        return this;
    }

    /**
     * Lets the node change its WAL at run time and between opens, and fall back to another WAL when one fails or
     * stalls.
     */
    SingleNodeScenario switchWals() {
        node.wals(List.of(SimConfig.wal(SimConfig.WAL_PATH), SimConfig.wal(Path.of("/wal2")), SimConfig.STORE_WAL_URI));
        return this;
    }

    /** Runs the whole history. Throws {@link HistoryViolation} or {@link IllegalStateException} for any fault. */
    public Simulator run() {
        for (int i = 0; i < actions; i++) {
            for (int waits = 0; node.store() == null && waits < 1000; waits++) {
                node.becomeReady();
                simulator.runFor(2_000_000);
            }
            act();
            simulator.runFor(simulator.latency(4_000_000));
            findings.throwIfAny();
        }
        StreamStore last = node.openWithoutFaults();
        verifier.verify(last);
        leftOvers.verify(last);
        node.closeAll(last);
        if (simulator.counts().containsKey("step compact.damaged")) {
            throw new HistoryViolation("a compaction found damage, or its proof failed, although nothing was damaged");
        }
        verifier.verifyRebuild();
        return simulator;
    }

    private RandomGenerator random() {
        return simulator.random();
    }

    private void act() {
        node.loseStoreIfCrashed();
        if (node.store() == null) {
            return;
        }
        int dice = random().nextInt(102);
        if (dice < 55) {
            for (int burst = 1 + random().nextInt(6); burst > 0; burst--) {
                append();
            }
        } else if (dice < 60) {
            appendAll();
        } else if (dice < 76) {
            fetch();
        } else if (dice < 78) {
            checkPositions();
        } else if (dice < 82) {
            trim();
        } else if (dice < 88) {
            createOrOpen();
        } else if (dice < 91) {
            closeStream();
        } else if (dice < 92) {
            delete();
        } else if (dice < 94) {
            flushOrSeal();
        } else if (dice < 95) {
            node.crash();
        } else if (dice < 96) {
            node.closeStore();
        } else if (dice < 98) {
            node.switchWal();
        } else if (dice < 99) {
            inspect();
        } else if (dice < 101) {
            rewrite();
        } else {
            simulator.runFor(200_000_000);
        }
    }

    private void inspect() {
        verifier.inspect()
                .whenComplete((report, error) -> findings.guard(() -> {
                    if (error != null) {
                        findings.rejectCorruption(error);
                    }
                }));
    }

    private void append() {
        Stream stream = streams.any(random());
        if (stream == null) {
            createOrOpen();
            return;
        }
        attempt(stream, () -> appends.append(node.process(), stream));
    }

    private void appendAll() {
        StreamStore present = node.store();
        List<Stream> to =
                streams.open().stream().filter(stream -> !stream.isSealed()).toList();
        if (present != null && !to.isEmpty()) {
            attempt(to.get(0), () -> appends.appendAll(node.process(), present, to));
        }
    }

    private void fetch() {
        Stream stream = streams.any(random());
        if (stream == null) {
            return;
        }
        attempt(stream, () -> {
            long start = stream.startOffset();
            long end = stream.confirmOffset();
            SimReaders.Turn turn = readers.next(stream, start, end, random());
            simulator.count("fetch");
            RewriteHistory.Snapshot rewritten = history(stream).rewrites().done();
            CompletableFuture<FetchResult> fetch =
                    stream.fetch(turn.from(), Long.MAX_VALUE, turn.maxBytes(), FetchOptions.NO_WAIT);
            findings.expectAnswer("fetch", node.process(), fetch);
            fetch.whenComplete((result, error) -> findings.guard(() -> {
                if (error == null) {
                    history(stream).fetched(turn.from(), end, stream.confirmOffset(), result, rewritten);
                    turn.answered(result);
                    result.close();
                } else {
                    findings.rejectCorruption(error);
                }
            }));
        });
    }

    private void checkPositions() {
        Stream stream = streams.any(random());
        if (stream == null) {
            return;
        }
        attempt(stream, () -> {
            CompletableFuture<Void> check = PositionCheck.run(stream, history(stream), random());
            findings.expectAnswer("positions", node.process(), check);
            check.whenComplete((right, error) -> findings.guard(() -> {
                if (error == null) {
                    simulator.count("positions");
                } else {
                    findings.rejectCorruption(error);
                }
            }));
        });
    }

    private void trim() {
        Stream stream = streams.any(random());
        if (stream == null) {
            return;
        }
        attempt(stream, () -> {
            long start = stream.startOffset();
            long target = start + random().nextLong(Math.max(1, (stream.confirmOffset() - start) / 2 + 1));
            StreamHistory history = history(stream);
            history.trimRequested(target);
            stream.trim(target).thenRun(() -> history.trimAcknowledged(target));
        });
    }

    private void rewrite() {
        Stream stream = streams.any(random());
        StreamStore present = node.store();
        if (stream != null && present != null) {
            rewrites.rewrite(node.process(), present, history(stream));
        }
    }

    private void createOrOpen() {
        StreamStore present = node.store();
        if (present == null) {
            return;
        }
        String name = "s" + random().nextInt(4);
        SimNode creator = node.process();
        present.createStream(CreateOptions.named(name))
                .thenCompose(id -> {
                    if (streams.isOpen(id)) {
                        return CompletableFuture.<Stream>failedFuture(new IllegalStateException("is open here"));
                    }
                    return present.openStream(id, OpenOptions.owner());
                })
                .thenAccept(stream -> findings.guard(() -> {
                    if (creator != node.process()) {
                        return;
                    }
                    if (streams.isEarlier(stream)) {
                        return;
                    }
                    StreamHistory history = verifier.history(stream.id());
                    streams.opened(stream, history.opened(stream.startOffset(), stream.confirmOffset()));
                    history.openedAs(stream.isSealed(), stream.confirmOffset());
                    stream.closed().thenAccept(reason -> findings.guard(() -> Findings.rejectFencing(stream, reason)));
                }));
    }

    private void closeStream() {
        Stream stream = streams.any(random());
        if (stream != null) {
            streams.closes(stream);
            simulator.count("stream close");
            findings.expectAnswer("close of a stream", node.process(), stream.close());
        }
    }

    /** Everything acknowledged before the flush is in object storage after it. */
    private void flush() {
        StreamStore present = Objects.requireNonNull(node.store());
        Map<Long, Long> confirmed = new TreeMap<>();
        streams.open().forEach(stream -> confirmed.put(stream.id(), stream.confirmOffset()));
        CompletableFuture<Void> flush = present.flush();
        findings.expectAnswer("flush", node.process(), flush);
        flush.thenRun(() -> confirmed.forEach((id, end) -> present.describeStream(id)
                .thenAccept(found -> findings.guard(() -> found.ifPresent(info -> {
                    simulator.count("flush");
                    if (info.committedEnd() < end) {
                        throw new HistoryViolation("stream=" + id + " is committed to " + info.committedEnd()
                                + " after a flush, " + end + " was acknowledged before");
                    }
                })))));
    }

    private void flushOrSeal() {
        Stream stream = streams.any(random());
        if (stream == null || random().nextInt(3) > 0) {
            flush();
        } else {
            StreamStore present = Objects.requireNonNull(node.store());
            seals.seal(node.process(), present, stream, history(stream), streams.handle(stream));
        }
    }

    private void delete() {
        Stream stream = streams.any(random());
        StreamStore present = node.store();
        if (stream != null && present != null) {
            delete(stream, present);
        }
    }

    private void delete(Stream stream, StreamStore present) {
        streams.remove(stream);
        history(stream).deleteRequested();
        simulator.count("stream delete");
        present.deleteStream(stream.id());
    }

    private StreamHistory history(Stream stream) {
        return verifier.history(stream.id());
    }

    /** Refusals are expected. A finished handle is dropped. */
    private void attempt(Stream stream, Runnable action) {
        try {
            action.run();
        } catch (StreamException e) {
            simulator.count("refused " + e.kind());
            findings.rejectCorruption(e);
            if (e instanceof StreamSealedException && random().nextInt(4) == 0) {
                delete(stream, Objects.requireNonNull(node.store())); // so that its name is used again
            } else if (!e.isRetriable() && !(e instanceof StreamSealedException)) {
                streams.remove(stream);
                if (e.kind() == StreamException.Kind.CLOSED) {
                    afterFailure();
                }
            }
        }
    }

    private void afterFailure() {
        if (random().nextBoolean()) {
            node.closeStore();
        } else {
            node.crash();
        }
    }
}
