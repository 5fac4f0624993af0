package io.s3stream.simulation;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.simulation.history.Findings;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.simulation.world.SimConfig;
import io.s3stream.simulation.world.SimDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.simulation.world.SimWorld;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * A compactor stops, as by SIGSTOP, somewhere between its first read and the answer to its commit. In the meantime
 * another process becomes its node; or another node opens the streams that it closed; or the node whose objects it
 * adopted opens again. These processes append, trim, delete, compact and sweep. Then the compactor resumes and commits
 * late. In the end all acknowledged records are there, the whole store verifies, and no object is left over [R17]
 * [R22].
 */
final class LateCompactorScenario {

    /** Steps and requests in their order. The compactor stops at the last one. */
    private static final List<List<String>> PATHS = List.of(
            List.of("compact.merge"),
            List.of("compact.join"),
            List.of("compact.merge", "compact.read"),
            List.of("compact.merge", "compact.read", "put data"),
            List.of("compact.merge", "compact.read", "put data done"),
            List.of("compact.copy", "copy part"),
            List.of("compact.copy", "complete"),
            List.of("compact.copy", "complete done"),
            List.of("compact.written"),
            List.of("compact.commit"),
            List.of("compact.commit", "metadata.cas"),
            List.of("compact.commit", "metadata.cas", "put meta"),
            List.of("compact.commit", "metadata.cas", "put meta done"));

    /** The situation of the stopped compactor. */
    private enum Fate {
        /** Another process is its node. */
        REPLACED,
        /** Other nodes own the streams that it closed. */
        OVERTAKEN,
        /** The compactor works on the objects of a closed node, and that node has opened again. */
        ADOPTING
    }

    private static final int NODE = 0;
    private static final int OTHER_NODE = 1;
    private static final int STREAMS = 5;
    private static final int HANDED_OVER = 3; // closed by the node before its compactor stops
    private static final int MAX_ROUNDS = 200;
    private static final long ROUND_NANOS = 50_000_000;
    private static final long SECOND_NANOS = 1_000_000_000;

    private final SimWorld world;
    private final Simulator simulator;
    private final Findings findings = new Findings();
    private final FinalVerifier verifier;
    private final LeftOvers leftOvers;
    private final SimDisks disk;
    private final SimDisks othersDisk;
    private final Fate fate;
    private final boolean othersCompact;
    private final List<String> path;
    private final Map<Long, ScenarioClient> open = new TreeMap<>();
    private int passed;

    LateCompactorScenario(long seed, SimEngine.Factory engine) {
        this.world = new SimWorld(seed, engine);
        this.simulator = world.simulator();
        this.verifier = new FinalVerifier(simulator, world.bucket());
        this.disk = new SimDisks(simulator);
        SimNode looking = new SimNode(simulator, "looking", step -> false);
        this.leftOvers = new LeftOvers(
                simulator, world.bucket(), () -> engine.create(looking, disk).stateMachine());
        this.othersDisk = new SimDisks(simulator);
        this.path = PATHS.get((int) (seed % PATHS.size()));
        this.fate = Fate.values()[simulator.random().nextInt(Fate.values().length)];
        this.othersCompact = simulator.random().nextBoolean();
    }

    Simulator run() {
        SimNode others = world.start("other", othersDisk, step -> false);
        StreamStore other = open(others, OTHER_NODE, true);
        SimNode node = world.start("node", disk, step -> false);
        boolean isAdopting = fate == Fate.ADOPTING;
        StreamStore store = open(node, NODE, !isAdopting);
        List<Long> streams = fill(store);
        SimNode late = isAdopting ? others : node;
        late.watch(step -> stopAtTheEndOf(late, step));
        if (isAdopting) {
            world.await(store.close(Duration.ofMinutes(1)), "close of the node");
            open.clear();
            simulator.runFor(MAX_ROUNDS * ROUND_NANOS);
        } else {
            goOnUntilStopped(late, store);
        }
        if (!late.isPaused()) {
            simulator.count("path not met: " + path);
        }
        if (fate != Fate.OVERTAKEN) {
            open.clear();
            store = open(world.start("node", disk, step -> false), NODE, othersCompact);
        }
        StreamStore present = store;
        boolean othersAct =
                !isAdopting && (fate == Fate.OVERTAKEN || simulator.random().nextBoolean());
        streams.forEach(id -> stir(othersAct ? other : present, id));
        sweep(isAdopting ? present : other);

        late.watch(step -> {});
        late.resume();
        simulator.runFor(10 * SECOND_NANOS);
        findings.throwIfAny();
        leftOvers.requireAllThere();
        if (fate == Fate.REPLACED) {
            late.crash();
        }
        finish(other, present);
        simulator.count("late compactor " + fate);
        if (simulator.counts().containsKey("step compact.damaged")) {
            throw new HistoryViolation("a compaction found damage, or its proof failed, although nothing was damaged");
        }
        return simulator;
    }

    private StreamStore open(SimNode node, int nodeId, boolean compacts) {
        return world.await(
                world.open(
                        node,
                        nodeId == NODE ? disk : othersDisk,
                        nodeId,
                        options -> options.wal(SimConfig.STORE_WAL_URI)
                                .config(SimConfig.builder()
                                        .compactionEnabled(compacts)
                                        .build())),
                "open of node " + nodeId);
    }

    private List<Long> fill(StreamStore store) {
        for (int i = 0; i < STREAMS; i++) {
            Stream stream = world.await(
                    store.createStream(CreateOptions.named("s" + i))
                            .thenCompose(id -> store.openStream(id, OpenOptions.owner())),
                    "stream");
            follow(stream);
        }
        for (int round = fate == Fate.ADOPTING ? 12 : 3; round > 0; round--) {
            open.values().forEach(client -> client.append(1 + simulator.random().nextInt(6)));
            world.await(store.flush(), "flush");
        }
        return List.copyOf(open.keySet());
    }

    /** Closes some streams. Appends to the others and uploads until the compactor has reached the end of the path. */
    private void goOnUntilStopped(SimNode node, StreamStore store) {
        List<ScenarioClient> all = List.copyOf(open.values());
        for (ScenarioClient client : all.subList(0, HANDED_OVER)) {
            CompletableFuture<Void> closed = client.stream().close();
            simulator.runUntil(() -> closed.isDone() || node.isPaused(), 1_000_000, "close of a stream");
            if (closed.isDone()) {
                open.remove(client.stream().id());
            }
        }
        for (int round = 0; round < MAX_ROUNDS && !node.isPaused(); round++) {
            all.subList(HANDED_OVER, STREAMS)
                    .forEach(client -> client.append(1 + simulator.random().nextInt(6)));
            store.flush();
            simulator.runFor(ROUND_NANOS);
        }
    }

    private void stopAtTheEndOf(SimNode node, String step) {
        if (passed < path.size() && path.get(passed).equals(step) && ++passed == path.size()) {
            simulator.count("stopped at " + step);
            node.pause();
        }
    }

    private ScenarioClient follow(Stream stream) {
        ScenarioClient client = new ScenarioClient(simulator, findings, verifier.history(stream.id()), stream);
        open.put(stream.id(), client);
        return client;
    }

    /** Changes a stream through another process, unless the stopped process has the stream open. */
    private void stir(StreamStore by, long id) {
        if (open.containsKey(id) || simulator.random().nextInt(5) == 0) {
            return;
        }
        Stream stream = world.await(by.openStream(id, OpenOptions.owner()), "stream");
        ScenarioClient client = follow(stream);
        client.append(simulator.random().nextInt(20));
        world.await(stream.flush(), "flush");
        switch (simulator.random().nextInt(4)) {
            case 0 -> client.trim();
            case 1 -> {
                open.remove(id);
                client.delete(by);
            }
            case 2 -> {
                open.remove(id);
                world.await(stream.close(), "close");
            }
            default -> client.append(1);
        }
    }

    /** Lets time pass and commits changes, so that all running nodes sweep, compact and delete. */
    private void sweep(StreamStore by) {
        for (int i = 0; i < 3; i++) {
            world.await(by.createStream(CreateOptions.unnamed()), "another stream");
            simulator.runFor(SECOND_NANOS);
        }
    }

    private void finish(StreamStore other, StreamStore successor) {
        open.values().forEach(client -> client.append(1));
        world.await(successor.flush(), "flush");
        simulator.runFor(SECOND_NANOS);
        findings.throwIfAny();
        world.await(other.close(Duration.ofMinutes(1)), "close of the other");
        world.await(successor.close(Duration.ofMinutes(1)), "close of the node");
        StreamStore last = open(world.start("node", disk, step -> false), NODE, true);
        open(world.start("other", othersDisk, step -> false), OTHER_NODE, true);
        leftOvers.requireAllThere();
        verifier.verify(last);
        leftOvers.verify(last);
    }
}
