package io.s3stream.simulation;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.api.tools.RewriteReport;
import io.s3stream.simulation.history.ClientFilter;
import io.s3stream.simulation.history.Findings;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.simulation.history.RewriteHistory.Rewriting;
import io.s3stream.simulation.history.StreamHistory;
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
 * A node stops, as by SIGSTOP, while it rewrites a closed stream, somewhere between its first read and the answer to its
 * commit. In the meantime another node rewrites the same stream through a later version of the filter; or opens,
 * appends, trims and compacts it. Then the first node resumes and commits late. A batch that the later version has
 * dropped stays dropped, and the whole store verifies [R17] [R47].
 */
final class LateRewriteScenario {

    /** Steps and requests in their order. The node stops at the last one. */
    private static final List<List<String>> PATHS = List.of(
            List.of("compact.rewriteStream"),
            List.of("compact.rewriteStream", "compact.read"),
            List.of("compact.rewriteStream", "put data"),
            List.of("compact.rewriteStream", "put data done"),
            List.of("compact.rewriteStream", "compact.written"),
            List.of("compact.rewriteStream", "compact.commit"),
            List.of("compact.rewriteStream", "compact.commit", "metadata.cas"),
            List.of("compact.rewriteStream", "compact.commit", "metadata.cas", "put meta done"));

    private static final int EARLIER = 4;
    private static final int LATER = 9;
    private static final long SECOND_NANOS = 1_000_000_000;

    private final SimWorld world;
    private final Simulator simulator;
    private final Findings findings = new Findings();
    private final FinalVerifier verifier;
    private final SimDisks disk;
    private final SimDisks othersDisk;
    private final List<String> path;
    private final boolean isReopened;
    private int passed;

    LateRewriteScenario(long seed, SimEngine.Factory engine) {
        this.world = new SimWorld(seed, engine);
        this.simulator = world.simulator();
        this.verifier = new FinalVerifier(simulator, world.bucket());
        this.disk = new SimDisks(simulator);
        this.othersDisk = new SimDisks(simulator);
        this.path = PATHS.get((int) (seed % PATHS.size()));
        this.isReopened = simulator.random().nextInt(3) == 0;
    }

    Simulator run() {
        SimNode late = world.start("late", disk, step -> false);
        StreamStore store = open(late, disk, 0);
        StreamStore other = open(world.start("other", othersDisk, step -> false), othersDisk, 1);
        StreamHistory history = fill(store);
        late.watch(step -> stopAtTheEndOf(late, step));
        Rewriting earlier = history.rewrites().requested(0, Long.MAX_VALUE, EARLIER);
        CompletableFuture<RewriteReport> first = store.rewrite(
                history.id(), 0, Long.MAX_VALUE, new ClientFilter(history, findings, EARLIER, Integer.MAX_VALUE));
        simulator.runFor(10 * SECOND_NANOS);
        if (!late.isPaused()) {
            simulator.count("path not met: " + path);
        }
        first.thenAccept(report -> history.rewrites().acknowledged(earlier, report.startOffset(), report.endOffset()));
        stir(other, history);
        late.watch(step -> {});
        late.resume();
        world.settle(first, "the late rewriting");
        boolean isRefused = first.isCompletedExceptionally();
        simulator.count(isRefused ? "late rewriting refused" : "late rewriting done");
        if (isReopened && passed == path.size() && !path.contains("metadata.cas") && !isRefused) {
            throw new HistoryViolation("a rewriting was committed although its stream was opened since it began");
        }
        finish(other, store, history);
        return simulator;
    }

    /** The other node rewrites the stream, or owns it for a while. */
    private void stir(StreamStore other, StreamHistory history) {
        if (isReopened) {
            Stream stream = world.await(other.openStream(history.id(), OpenOptions.owner()), "stream");
            ScenarioClient client = new ScenarioClient(simulator, findings, history, stream);
            client.append(8);
            world.await(stream.flush(), "flush");
            client.trim();
            world.await(stream.close(), "close");
            return; // only the epoch refuses the late commit
        }
        Rewriting later = history.rewrites().requested(0, Long.MAX_VALUE, LATER);
        RewriteReport report = world.await(
                other.rewrite(
                        history.id(), 0, Long.MAX_VALUE, new ClientFilter(history, findings, LATER, Integer.MAX_VALUE)),
                "the later rewriting");
        history.rewrites().acknowledged(later, report.startOffset(), report.endOffset());
        simulator.runFor(SECOND_NANOS);
    }

    private StreamHistory fill(StreamStore store) {
        Stream stream = world.await(
                store.createStream(CreateOptions.named("s"))
                        .thenCompose(id -> store.openStream(id, OpenOptions.owner())),
                "stream");
        StreamHistory history = verifier.history(stream.id());
        ScenarioClient client = new ScenarioClient(simulator, findings, history, stream);
        for (int round = 0; round < 3; round++) {
            client.append(4 + simulator.random().nextInt(8));
            world.await(store.flush(), "flush");
        }
        world.await(stream.close(), "close");
        return history;
    }

    private void stopAtTheEndOf(SimNode node, String step) {
        if (passed < path.size() && path.get(passed).equals(step) && ++passed == path.size()) {
            simulator.count("stopped at " + step);
            node.pause();
        }
    }

    private StreamStore open(SimNode node, SimDisks disks, int nodeId) {
        return world.await(
                world.open(node, disks, nodeId, options -> options.wal(SimConfig.STORE_WAL_URI)),
                "open of node " + nodeId);
    }

    /** Reads all records with the engine's own rules. */
    private void read(StreamStore store, StreamHistory history) {
        StreamReader reader = world.await(store.openReader(history.id()), "reader");
        long next = reader.startOffset();
        while (next < reader.confirmOffset()) {
            try (FetchResult result =
                    world.await(reader.fetch(next, Long.MAX_VALUE, 20_000, FetchOptions.NO_WAIT), "fetch")) {
                history.fetched(
                        next,
                        reader.confirmOffset(),
                        reader.confirmOffset(),
                        result,
                        history.rewrites().done());
                next = result.nextOffset();
            }
        }
    }

    private void finish(StreamStore other, StreamStore store, StreamHistory history) {
        simulator.runFor(SECOND_NANOS);
        findings.throwIfAny();
        world.await(other.close(Duration.ofMinutes(1)), "close of the other");
        world.await(store.close(Duration.ofMinutes(1)), "close of the node");
        StreamStore last = open(world.start("late", disk, step -> false), disk, 0);
        read(last, history);
        verifier.verify(last);
        world.await(last.close(Duration.ofMinutes(1)), "close at the end");
        verifier.verifyRebuild();
    }
}
