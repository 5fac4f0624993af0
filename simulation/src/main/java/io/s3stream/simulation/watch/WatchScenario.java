package io.s3stream.simulation.watch;

import io.s3stream.api.OpenOptions;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.metadata.MetadataChange;
import io.s3stream.api.metadata.StreamInfo;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.simulation.world.SimConfig;
import io.s3stream.simulation.world.SimDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.simulation.world.SimWorld;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.sim.StorageFaults;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Three nodes change streams, several at once, while each of them watches the metadata. Nodes die, return and pause. Every watch
 * sees the same history: two snapshots of one version are equal, and the changes that it names lead from each snapshot to the
 * next one. Streams that are created and deleted in pairs are never seen alone.
 */
final class WatchScenario {

    private static final int NODES = 3;
    private static final int ROUNDS = 120;
    private static final long PAUSE_NANOS = 1_500_000_000L;
    private static final long SETTLED_NANOS = 20_000_000_000L;

    private final SimWorld world;
    private final Simulator simulator;
    private final Map<Integer, SimNode> processes = new TreeMap<>();
    private final Map<Integer, StreamStore> stores = new TreeMap<>();
    private final Map<Integer, WatchMirror> mirrors = new TreeMap<>();
    private final Map<Long, String> versions = new TreeMap<>();
    private final List<String> violations = new ArrayList<>();
    private int pairs;

    WatchScenario(long seed, SimEngine.Factory engine) {
        this.world = new SimWorld(seed, engine);
        this.simulator = world.simulator();
    }

    Simulator run() {
        for (int node = 1; node <= NODES; node++) {
            start(node);
        }
        for (int round = 0; round < ROUNDS; round++) {
            world.faults(simulator.chance(0.3) ? new StorageFaults(0.1, 0.1, 0.1, 0.05) : StorageFaults.NONE);
            act(1 + simulator.random().nextInt(NODES));
            simulator.runFor(simulator.latency(30_000_000));
            throwViolations();
        }
        world.faults(StorageFaults.NONE);
        processes.values().forEach(SimNode::resume);
        simulator.runFor(SETTLED_NANOS);
        throwViolations();
        checkEnd();
        return simulator;
    }

    private void start(int node) {
        SimNode process = world.start("node" + node, new SimDisks(simulator), at -> false);
        StreamStore store = world.await(
                world.open(
                        process,
                        new SimDisks(simulator),
                        node,
                        options -> options.wal(SimConfig.STORE_WAL_URI).nodeTags(Map.of("process", process.name()))),
                "open");
        processes.put(node, process);
        stores.put(node, store);
        WatchMirror mirror = new WatchMirror(node % 2 == 0 ? "" : "pair", this::checkVersion, violations::add);
        mirrors.put(node, mirror);
        store.watch(mirror.prefix(), update -> {
            mirror.changed(update);
            if (simulator.chance(0.1)) {
                throw new IllegalStateException("simulated: the listener failed");
            }
        });
    }

    private void checkVersion(long version, String text) {
        String known = versions.putIfAbsent(version, text);
        if (known != null && !known.equals(text)) {
            violations.add("version " + version + " was " + known + ", and is " + text);
        }
    }

    private void throwViolations() {
        if (!violations.isEmpty()) {
            throw new HistoryViolation(violations.get(0));
        }
    }

    private void act(int node) {
        if (processes.get(node).isPaused()) {
            return;
        }
        StreamStore store = stores.get(node);
        switch (simulator.random().nextInt(11)) {
            case 0, 1, 2 -> createPair(store);
            case 3 -> onAnyPair(node, pair -> deletion(pair));
            case 4, 5 -> onAnyPair(node, pair -> renaming(pair));
            case 6 -> store.setNodeTags(Map.of("n", "" + simulator.random().nextInt(3)));
            case 7 -> onAnyStream(node, stream -> store.openStream(stream.id(), OpenOptions.owner()));
            case 8 -> store.openStreams().stream().findFirst().ifPresent(stream -> stream.close());
            case 9 -> pause(processes.get(node));
            default -> {
                if (simulator.chance(0.3)) {
                    simulator.count("node replaced");
                    world.faults(StorageFaults.NONE);
                    processes.get(node).crash();
                    start(node);
                }
            }
        }
    }

    /** Others commit so much during a long pause that the process reads a checkpoint after it. */
    private void pause(SimNode process) {
        if (simulator.chance(0.2)) {
            process.pause();
            simulator.after(simulator.latency(PAUSE_NANOS), "resume", process::resume);
        }
    }

    private void createPair(StreamStore store) {
        String name = "pair" + ++pairs;
        count(store.commit(List.of(
                MetadataChange.create(name + ".left", Map.of()), MetadataChange.create(name + ".right", Map.of()))));
    }

    /** Changes both streams of a pair, as the node last saw them. */
    private void onAnyPair(int node, Function<List<StreamInfo>, List<MetadataChange>> changes) {
        List<StreamInfo> all = mirrors.get(node).streams();
        if (!all.isEmpty()) {
            String name = all.get(simulator.random().nextInt(all.size())).name();
            String pair = name.substring(0, name.indexOf('.') + 1);
            List<StreamInfo> both = all.stream()
                    .filter(stream -> stream.name().startsWith(pair))
                    .toList();
            count(stores.get(node).commit(changes.apply(both)));
        }
    }

    private void onAnyStream(int node, Function<StreamInfo, CompletableFuture<?>> call) {
        List<StreamInfo> all = mirrors.get(node).streams();
        if (!all.isEmpty()) {
            call.apply(all.get(simulator.random().nextInt(all.size())));
        }
    }

    private static List<MetadataChange> deletion(List<StreamInfo> pair) {
        return pair.stream().map(stream -> MetadataChange.delete(stream.id())).toList();
    }

    /** Renames a pair, sometimes out of the prefix of some watches or back. */
    private List<MetadataChange> renaming(List<StreamInfo> pair) {
        String to = (simulator.chance(0.3) ? "other" : "pair") + ++pairs;
        return pair.stream()
                .map(stream -> MetadataChange.rename(
                        stream.id(),
                        stream.name(),
                        to + stream.name().substring(stream.name().indexOf('.'))))
                .toList();
    }

    private void count(CompletableFuture<?> call) {
        call.whenComplete((value, error) -> {
            if (error == null) {
                simulator.count("committed");
            } else if (error instanceof StreamException refused
                    && (refused.kind() == StreamException.Kind.INTERNAL
                            || refused.kind() == StreamException.Kind.CORRUPTED)) {
                violations.add("commit failed: " + refused.getMessage());
            } else {
                simulator.count("refused");
            }
        });
    }

    /** Without further changes each watch has told everything. */
    private void checkEnd() {
        List<StreamInfo> all = world.await(stores.get(1).listStreams("", 0, 10_000), "list");
        for (WatchMirror mirror : mirrors.values()) {
            List<String> expected = all.stream()
                    .filter(stream -> stream.name().startsWith(mirror.prefix()))
                    .map(WatchMirror::text)
                    .sorted()
                    .toList();
            List<String> seen =
                    mirror.streams().stream().map(WatchMirror::text).sorted().toList();
            if (!seen.equals(expected)) {
                throw new HistoryViolation("a watch ended with " + seen + ", the streams are " + expected);
            }
            IntStream.range(0, mirror.updates()).forEach(i -> simulator.count("updates"));
        }
    }
}
