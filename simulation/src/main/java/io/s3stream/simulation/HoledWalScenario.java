package io.s3stream.simulation;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.tools.Finding;
import io.s3stream.api.tools.QuarantinedRecords;
import io.s3stream.api.tools.VerifyReport;
import io.s3stream.simulation.history.Findings;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.simulation.world.HoledDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.simulation.world.SimWorld;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * A node dies, and the acknowledged records of one stream in its WAL do not continue that stream: offsets are missing,
 * or exist twice. The node must open, even if it dies several times while it opens, and all other streams must be
 * complete. The records that could not be committed must still be there when an operator releases the stream [R37].
 */
final class HoledWalScenario {

    private static final int MAX_CRASHES = 4;

    private final SimWorld world;
    private final HoledDisks disks;
    private final Random random;
    private final List<String> holed = new ArrayList<>();
    private final List<String> other = new ArrayList<>();
    private int hole; // offset of the first record that does not continue the stream
    private long shift;

    HoledWalScenario(long seed, SimEngine.Factory engine) {
        this.world = new SimWorld(seed, engine);
        this.disks = new HoledDisks(world.simulator());
        this.random = new Random(seed);
    }

    Simulator run() {
        long holedId = writeAndDie();
        SimNode second = reopen();
        StreamStore store = world.await(world.open(second, disks, 0), "open with a holed stream");
        checkOther(store);
        checkQuarantined(store, holedId);
        world.simulator().runFor(2_000_000_000L); // retired objects are deleted, and sweeps ran
        world.await(store.close(Duration.ofMinutes(1)), "close");

        SimNode third = world.start("n", disks, step -> false);
        StreamStore again = world.await(world.open(third, disks, 0), "open after the WAL was released");
        checkQuarantined(again, holedId);
        if (shift > 0) {
            world.await(again.releaseStream(holedId, QuarantinedRecords.APPEND), "release");
            world.simulator().count("hole filled");
        } else {
            refused(again.releaseStream(holedId, QuarantinedRecords.APPEND), "overlap");
            world.await(again.releaseStream(holedId, QuarantinedRecords.DISCARD), "release");
            world.simulator().count("overlap discarded");
        }
        checkReleased(world.await(again.openStream(holedId, OpenOptions.owner()), "released stream"));
        checkOther(again);
        world.simulator().runFor(2_000_000_000L);
        require(inspect().findings().isClean(), "not clean after the release");
        return world.simulator();
    }

    private long writeAndDie() {
        SimNode first = world.start("n", disks, step -> false);
        StreamStore store = world.await(world.open(first, disks, 0), "open");
        Stream one = own(store, "holed");
        Stream two = own(store, "other");
        append(one, holed, 1 + random.nextInt(6));
        append(two, other, random.nextInt(3));
        if (random.nextBoolean()) {
            world.await(store.flush(), "flush");
        }
        append(one, holed, random.nextInt(4));
        hole = holed.size();
        shift = random.nextInt(3) == 0 ? -1 : 1 + random.nextInt(1000);
        append(one, holed, 1 + random.nextInt(8));
        append(two, other, 1 + random.nextInt(4));
        disks.shift(one.id(), hole, shift);
        first.crash();
        return one.id();
    }

    private Stream own(StreamStore store, String name) {
        return world.await(
                store.createStream(CreateOptions.named(name))
                        .thenCompose(id -> store.openStream(id, OpenOptions.owner())),
                "stream");
    }

    private void append(Stream stream, List<String> texts, int times) {
        for (int i = 0; i < times; i++) {
            String text = "record " + texts.size();
            texts.add(text);
            world.await(stream.tryAppend(RecordBatch.of(text, 1)).durable(), "append");
        }
    }

    /** Dies several times while it opens. Returns a running process. */
    private SimNode reopen() {
        for (int i = random.nextInt(MAX_CRASHES); i > 0; i--) {
            int[] left = {random.nextInt(12)};
            SimNode dying = world.start("n", disks, step -> left[0]-- == 0);
            CompletableFuture<StreamStore> opening = world.open(dying, disks, 0);
            boolean[] dead = new boolean[1];
            dying.onCrash(() -> dead[0] = true);
            world.simulator().runUntil(() -> dead[0] || opening.isDone(), 2_000_000, "opening that dies");
            if (!dead[0]) {
                dying.crash();
            }
            world.simulator().count("opening cut short");
        }
        return world.start("n", disks, step -> false);
    }

    private void checkOther(StreamStore store) {
        long id = world.await(store.findStream("other"), "find").orElseThrow().id();
        Stream stream = world.await(store.openStream(id, OpenOptions.owner()), "other stream");
        require(read(stream).equals(other), "the stream without a hole has lost records");
        world.await(stream.close(), "close");
    }

    private void checkQuarantined(StreamStore store, long id) {
        StreamException refusal = refused(store.openStream(id, OpenOptions.owner()), "open of the holed stream");
        require(refusal.kind() == StreamException.Kind.CONFLICT, "refused as " + refusal.kind());
        require(String.valueOf(refusal.getMessage()).contains("release " + id), "no remedy: " + refusal.getMessage());
        require(
                world.await(store.describeStream(id), "describe")
                        .orElseThrow()
                        .quarantine()
                        .isPresent(),
                "info does not show the quarantine");
        VerifyReport report = inspect();
        require(report.findings().count(Finding.Kind.QUARANTINED) == 1, "verify does not show the quarantine");
        require(report.findings().problems() == 1, "verify finds more: " + report.findings());
    }

    private void checkReleased(Stream stream) {
        List<String> texts = read(stream);
        List<String> expected = new ArrayList<>(holed.subList(0, hole));
        if (shift > 0) {
            expected.add("\0");
            expected.addAll(holed.subList(hole, holed.size()));
        }
        require(texts.equals(expected), "released with " + texts + " instead of " + expected);
        long end = shift > 0 ? holed.size() + shift : hole;
        require(stream.confirmOffset() == end, "ends at " + stream.confirmOffset() + " instead of " + end);
    }

    private List<String> read(Stream stream) {
        List<String> texts = new ArrayList<>();
        long next = stream.startOffset();
        while (next < stream.confirmOffset()) {
            try (FetchResult result =
                    world.await(stream.fetch(next, Long.MAX_VALUE, 1 << 20, FetchOptions.NO_WAIT), "fetch")) {
                result.batches()
                        .forEach(batch -> texts.add(
                                StandardCharsets.UTF_8.decode(batch.payload()).toString()));
                next = result.nextOffset();
            }
        }
        return texts;
    }

    private VerifyReport inspect() {
        return world.await(new SimInspection(world.simulator(), world.bucket()).look(), "verify");
    }

    private StreamException refused(CompletableFuture<?> call, String what) {
        world.settle(call, what);
        if (!call.isCompletedExceptionally()) {
            throw new HistoryViolation(what + ": was not refused");
        }
        Throwable error = call.handle((value, failure) -> failure).join();
        if (Findings.unwrap(error) instanceof StreamException refusal) {
            return refusal;
        }
        throw new HistoryViolation(what + ": " + error);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new HistoryViolation(otherwise);
        }
    }
}
