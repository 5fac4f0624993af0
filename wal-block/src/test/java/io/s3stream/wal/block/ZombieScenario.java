package io.s3stream.wal.block;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.testkit.sim.SimBucket;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.SimObjectStorage;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.sim.StorageFaults;
import io.s3stream.wal.block.ring.FenceRules;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Two nodes on one shared device. Processes open each node again and again. They are paused under full load, killed, or
 * left behind, and resume later, when newer processes have recovered and write. Pending operations of a dead or paused
 * process may land late.
 *
 * <p>The register of metadata is perfect here, because the test is about the medium. The checker: every acknowledged
 * frame is in the replay that seals its generation, at any time of its acknowledgement. Replays have the written bytes,
 * are never damaged, and every failure has a reason.
 */
final class ZombieScenario {

    static final URI URI_OF_DEVICE = URI.create("block:///dev/shared?mode=shared&extent=68KiB&cells=96&maxInFlight=4");

    private static final long MILLI = 1_000_000;
    private static final int DEVICE_BYTES = 4 << 20;
    private static final int OPENINGS = 7;
    private static final long MAX_EVENTS = 300_000;

    /** A generation as the register has it, with its real acknowledgements. */
    static final class Generation {
        final WalDescriptor descriptor;
        final Frames frames;
        WalAnchor committed;
        long acked;
        Long sealedEnd;
        boolean fencing;

        Generation(WalDescriptor descriptor, Frames frames) {
            this.descriptor = descriptor;
            this.frames = frames;
            this.committed = frames.start();
            this.acked = committed.sequence();
        }
    }

    /** A node id: its epoch and generations. Only the process with this epoch changes them. */
    static final class Node {
        final int id;
        long epoch;
        int opened;
        final List<Generation> generations = new ArrayList<>();
        final List<ZombieProcess> processes = new ArrayList<>();

        Node(int id) {
            this.id = id;
        }
    }

    final Simulator simulator;
    final SimSharedDevice device;
    final FenceRules rules;
    private final SimBucket bucket = new SimBucket();
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    private final List<Node> nodes = List.of(new Node(1), new Node(2));
    private StorageFaults faults = StorageFaults.NONE;
    private String violation;
    private long acknowledged;
    private boolean ending;

    ZombieScenario(long seed, FenceRules rules) {
        this.simulator = new Simulator(seed);
        this.device = new SimSharedDevice(simulator, DEVICE_BYTES);
        this.rules = rules;
    }

    WalContext context(SimNode process, int node) {
        return new WalContext(
                process,
                new SimObjectStorage(process, bucket, () -> faults),
                uri -> CompletableFuture.failedFuture(new AssertionError("no other storage")),
                allocator,
                Wal.STORE,
                node,
                SharedWal.FRAME);
    }

    void violated(String what) {
        if (violation == null) {
            violation = "at " + simulator.now() / MILLI + " ms: " + what;
        }
    }

    void acknowledged() {
        acknowledged++;
    }

    /** Whether devices and storages fail at the moment. */
    boolean hasFaults() {
        return faults != StorageFaults.NONE;
    }

    /** Whether writers stop. */
    boolean isEnding() {
        return ending;
    }

    /** @return the number of acknowledged frames */
    long run() {
        open(nodes.get(0)); // alone, so that the device is formatted
        runUntilWriting(nodes.get(0));
        faults = new StorageFaults(0.03, 0.03, 0.03, 0.03);
        device.failReads(0.04);
        while (violation == null && nodes.stream().anyMatch(node -> node.opened < OPENINGS)) {
            simulator.runFor((1 + simulator.random().nextInt(40)) * MILLI);
            nodes.forEach(this::disturb);
        }
        for (Node node : nodes) {
            node.processes.forEach(process -> process.runtime.resume());
        }
        simulator.runFor(300 * MILLI); // all late operations have landed
        faults = StorageFaults.NONE;
        device.failReads(0);
        for (Node node : nodes) {
            open(node); // the last process, which verifies all acknowledged frames
            runUntilWriting(node);
        }
        ending = true;
        simulator.runFor(100 * MILLI);
        if (violation != null) {
            throw new AssertionError("seed " + simulator.seed() + " " + violation);
        }
        return acknowledged;
    }

    private void runUntilWriting(Node node) {
        ZombieProcess newest = node.processes.get(node.processes.size() - 1);
        simulator.runUntil(() -> violation != null || newest.isWriting(), MAX_EVENTS, "node " + node.id + " to write");
    }

    private void disturb(Node node) {
        for (ZombieProcess process : node.processes) {
            if (process.runtime.isPaused() && simulator.chance(0.25)) {
                simulator.count("resume");
                process.runtime.resume();
            }
        }
        if (node.opened < OPENINGS && simulator.chance(0.5)) {
            if (!node.processes.isEmpty()) {
                leave(node.processes.get(node.processes.size() - 1));
            }
            open(node);
        }
    }

    /** Decides the fate of a process when another one takes over from it. */
    private void leave(ZombieProcess process) {
        double way = simulator.random().nextDouble();
        if (way < 0.6) {
            process.runtime.pause();
        } else if (way < 0.8) {
            process.runtime.crash();
            device.landLate(process.runtime, 200 * MILLI);
        }
    }

    private void open(Node node) {
        node.opened++;
        ZombieProcess process = new ZombieProcess(this, node, node.opened);
        node.processes.add(process);
        process.open();
    }
}
