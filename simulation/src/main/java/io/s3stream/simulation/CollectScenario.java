package io.s3stream.simulation;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.simulation.history.Findings;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.simulation.world.OutOfReach;
import io.s3stream.simulation.world.SimConfig;
import io.s3stream.simulation.world.SimDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.simulation.world.SimWorld;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The writer deletes and trims streams. A reader on another node, cut off from the metadata, uses its old view: within
 * the grace period it can still read. After that the objects are deleted, and the node sometimes crashes at a step.
 * There are no sweeps, so an object that was forgotten before its deletion would stay forever.
 */
final class CollectScenario {

    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final StoreConfig CONFIG = SimConfig.builder()
            .deletionGrace(GRACE)
            .sweepInterval(Duration.ZERO)
            .build();
    private static final double CRASHES = 0.3;
    private static final int MAX_CRASHES = 5;

    private final SimWorld world;
    private final Simulator simulator;
    private final SimDisks disk;
    private final SimDisks readersDisk;
    private final LeftOvers leftOvers;
    private int crashes;

    CollectScenario(long seed, SimEngine.Factory engine) {
        this.world = new SimWorld(seed, engine);
        this.simulator = world.simulator();
        this.disk = new SimDisks(simulator);
        this.readersDisk = new SimDisks(simulator);
        this.leftOvers = new LeftOvers(simulator, world.bucket());
    }

    Simulator run() {
        SimNode writer = world.start("writer", disk, this::crashesAt);
        StreamStore store = open(writer);
        Stream deleted = fill(store, "deleted");
        Stream trimmed = fill(store, "trimmed");
        List<String> objects = world.bucket().keys("data/", "");

        SimNode reader = world.start("reader", readersDisk, step -> false);
        OutOfReach metadata = new OutOfReach(world.storage(reader));
        StreamStore readersStore = world.await(
                world.open(
                        reader,
                        readersDisk,
                        1,
                        options -> options.storage(metadata)
                                .config(SimConfig.builder()
                                        .deletionGrace(Duration.ZERO)
                                        .sweepInterval(Duration.ZERO)
                                        .build())),
                "the reader's store");
        StreamReader followed = world.await(readersStore.openReader(deleted.id()), "reader");
        long end = followed.confirmOffset();
        metadata.cutOff();

        world.await(store.deleteStream(deleted.id()), "deletion");
        world.await(trimmed.trim(trimmed.confirmOffset() / 2), "trim");
        simulator.runFor(GRACE.toNanos() / 2);
        readAll(followed, end);
        for (String key : objects) {
            if (world.bucket().get(key) == null) {
                throw new HistoryViolation("object=" + key + ": deleted before its grace period ended");
            }
        }
        reader.crash();

        letGo(writer);
        leftOvers.verifyData();
        return simulator;
    }

    private StreamStore open(SimNode node) {
        return world.await(world.open(node, disk, 0, options -> options.config(CONFIG)), "open");
    }

    private Stream fill(StreamStore store, String name) {
        Stream stream = world.await(
                store.createStream(CreateOptions.named(name))
                        .thenCompose(id -> store.openStream(id, OpenOptions.owner())),
                name);
        for (int upload = 2 + simulator.random().nextInt(3); upload > 0; upload--) {
            for (int i = 1 + simulator.random().nextInt(5); i > 0; i--) {
                world.await(stream.tryAppend(RecordBatch.of(name + " " + i, 1)).durable(), "append");
            }
            world.await(stream.flush(), "flush");
        }
        return stream;
    }

    private void readAll(StreamReader stream, long end) {
        long next = 0;
        while (next < end) {
            CompletableFuture<FetchResult> fetch = stream.fetch(next, end, 100, FetchOptions.NO_WAIT);
            world.settle(fetch, "fetch");
            if (fetch.isCompletedExceptionally()) {
                throw new HistoryViolation("stream=" + stream.id() + " offset=" + next
                        + ": a reader within the grace period, without metadata, got "
                        + Findings.unwrap(fetch.handle((result, error) -> error).join()));
            }
            try (FetchResult result = fetch.join()) {
                next = result.nextOffset();
            }
        }
        simulator.count("read within the grace");
    }

    /** Runs until deletion has had its time, with as many processes as necessary. */
    private void letGo(SimNode first) {
        SimNode node = first;
        for (int i = 0; i <= MAX_CRASHES; i++) {
            simulator.runFor(3 * GRACE.toNanos());
            if (!node.isAlive()) {
                node = world.start("writer", disk, this::crashesAt);
                open(node);
            }
        }
        simulator.runFor(3 * GRACE.toNanos());
    }

    private boolean crashesAt(String step) {
        if (!step.startsWith("collect.") || crashes == MAX_CRASHES || !simulator.chance(CRASHES)) {
            return false;
        }
        crashes++;
        return true;
    }
}
