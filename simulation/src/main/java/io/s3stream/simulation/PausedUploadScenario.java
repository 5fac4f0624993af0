package io.s3stream.simulation;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.layout.ObjectKeys;
import io.s3stream.simulation.history.Findings;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.simulation.world.SimConfig;
import io.s3stream.simulation.world.SimDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.simulation.world.SimWorld;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A process stops, as by SIGSTOP, between writing an object and committing it, while another node sweeps. For a pause
 * of any length the object must be there when the process resumes [R22]. In the other case a new process becomes the
 * node during the pause. Then the object is an orphan and is swept, and the late commit of the old process must be
 * refused.
 */
final class PausedUploadScenario {

    private static final long PAUSE_NANOS = 3_000_000_000L;
    private static final List<String> STEPS = List.of("upload.put", "upload.commit", "metadata.cas");

    private final SimWorld world;
    private final Simulator simulator;
    private final SimDisks disk;
    private final SimDisks sweepersDisk;
    private final List<String> written = new ArrayList<>();
    private final boolean isReplaced;
    private final String step;

    PausedUploadScenario(long seed, SimEngine.Factory engine) {
        this.world = new SimWorld(seed, engine);
        this.simulator = world.simulator();
        this.disk = new SimDisks(simulator);
        this.sweepersDisk = new SimDisks(simulator);
        this.isReplaced = seed % 2 == 0;
        this.step = STEPS.get((int) (seed / 2 % STEPS.size()));
    }

    Simulator run() {
        SimNode sweeper = world.start("sweeper", sweepersDisk, at -> false);
        StreamStore other = world.await(world.open(sweeper, sweepersDisk, 1), "open of the sweeper");
        SimNode first = world.start("node", disk, at -> false);
        StreamStore store = open(first);
        Stream stream = world.await(
                store.createStream(CreateOptions.named("s"))
                        .thenCompose(id -> store.openStream(id, OpenOptions.owner())),
                "stream");
        append(stream, 1 + simulator.random().nextInt(5));
        world.await(stream.flush(), "flush");
        world.bucket().beginMultipart(ObjectKeys.data(0, 1, 1_000)); // in flight in a process that still runs
        append(stream, 1);
        first.watch(at -> {
            if (at.equals(step)) {
                first.pause();
            }
        });
        CompletableFuture<Void> flush = stream.flush();
        simulator.runUntil(first::isPaused, 1_000_000, "the pause");
        stir(other);
        boolean isAborted = false;

        if (isReplaced) {
            StreamStore successor = open(world.start("node", disk, at -> false));
            stir(other);
            if (!world.bucket().multiparts("data/").isEmpty()) {
                throw new HistoryViolation("an upload in parts of a process that was replaced was not aborted");
            }
            first.watch(at -> {});
            first.resume();
            world.settle(flush, "the late flush");
            Stream continued = world.await(successor.openStream(stream.id(), OpenOptions.owner()), "stream");
            append(continued, 3);
            read(continued);
        } else {
            isAborted = world.bucket().multiparts("data/").isEmpty();
            first.watch(at -> {});
            first.resume();
            world.await(flush, "flush");
        }
        StreamReader reader = world.await(other.openReader(stream.id()), "reader");
        read(reader);
        new LeftOvers(simulator, world.bucket()).requireAllThere();
        if (isAborted) {
            throw new HistoryViolation("an upload in parts of a process that still ran was aborted");
        }
        simulator.count(isReplaced ? "replaced while paused" : "resumed after a pause");
        return simulator;
    }

    private StreamStore open(SimNode node) {
        return world.await(world.open(node, disk, 0, options -> options.wal(SimConfig.STORE_WAL_URI)), "open");
    }

    /** Lets time pass and commits changes, so that the other node has a reason to sweep. */
    private void stir(StreamStore other) {
        for (int i = 0; i < 3; i++) {
            world.await(other.createStream(CreateOptions.unnamed()), "another stream");
            simulator.runFor(PAUSE_NANOS / 3);
        }
    }

    private void append(Stream stream, int times) {
        for (int i = 0; i < times; i++) {
            String text = "record " + written.size();
            world.await(stream.tryAppend(RecordBatch.of(text, 1)).durable(), "append");
            written.add(text);
        }
    }

    private void read(StreamReader stream) {
        List<String> texts = new ArrayList<>();
        long next = 0;
        while (next < stream.confirmOffset()) {
            CompletableFuture<FetchResult> fetch = stream.fetch(next, Long.MAX_VALUE, 1 << 20, FetchOptions.NO_WAIT);
            world.settle(fetch, "fetch");
            if (fetch.isCompletedExceptionally()) {
                throw new HistoryViolation("stream=" + stream.id() + " offset=" + next + ": "
                        + Findings.unwrap(fetch.handle((result, error) -> error).join()));
            }
            try (FetchResult result = fetch.join()) {
                result.batches()
                        .forEach(batch -> texts.add(
                                StandardCharsets.UTF_8.decode(batch.payload()).toString()));
                next = result.nextOffset();
            }
        }
        if (!texts.equals(written.subList(0, texts.size()))) {
            throw new HistoryViolation("stream=" + stream.id() + " has " + texts + ", appended were " + written);
        }
    }
}
