package io.s3stream.wal.nfs;

import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.wal.Replay;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.wal.WalFrames;
import io.s3stream.testkit.wal.scenario.WalWorld;
import io.s3stream.wal.nfs.directory.NfsDirectory;
import java.net.URI;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;

/**
 * A history in virtual time. A writer on one host under full load is paused, killed or left running at a random moment.
 * A second opener, mostly on another host, fences the WAL, replays it, and may release it. It may have read the WAL
 * before. Then the writer resumes. Every frame that the writer acknowledged, at any time, must be in the replay.
 *
 * <p>A second opener on a dead writer's own host sees data that is only in its cache. If the power fails after the
 * replay, for the host and the server, another opener must find all replayed frames: their end is in the metadata.
 */
final class ZombieRun {

    private static final URI PLACE =
            URI.create("nfs:///wal?capacity=128KiB&segment=32KiB&maxInFlight=4&maxInFlightBytes=64KiB");
    private static final int IN_FLIGHT = 4;
    private static final long EVENTS = 200_000;

    private final long seed;
    private final Simulator simulator;
    private final WalWorld world;
    private final SimNfsServer server;
    private final SimNfsClient writersHost;
    private final SimNfsClient fencersHost;
    private final Mutant mutant;

    private WriteAheadLog log;
    private WalFrames frames;
    private SerialContext context;
    private final TreeSet<Long> completed = new TreeSet<>();
    private long acked;
    private boolean ended;
    private WalAnchor committed;
    private boolean frozen;
    private boolean hostLost;

    ZombieRun(long seed, Mutant mutant) {
        this.seed = seed;
        this.simulator = new Simulator(seed * 0x9E3779B97F4A7C15L); // neighbouring seeds begin alike
        this.world = new WalWorld(simulator);
        this.mutant = mutant;
        this.server = new SimNfsServer("/wal", simulator.chance(0.5));
        boolean nocto = mutant == Mutant.NOCTO_ALLOWED;
        this.writersHost = new SimNfsClient(simulator, server, nocto);
        this.fencersHost = new SimNfsClient(simulator, server, nocto);
    }

    /** @throws AssertionError when an acknowledged frame is lost */
    ZombieRun run() {
        SimNode writer = new SimNode(simulator, "writer", step -> false);
        WalDescriptor descriptor = beginToWrite(writer);
        disturb(writer);
        boolean onOneHost = !hostLost && simulator.chance(writer.isAlive() ? 0.2 : 0.8);
        if (onOneHost) {
            writersHost.failNextSync = false; // that error belongs to the writer
        }
        frozen = true;
        SimNode fencer = new SimNode(simulator, "fencer", step -> false);
        WalMedium medium = fence(onOneHost ? writersHost : fencersHost, fencer, descriptor);
        long end = replay(medium, descriptor);
        if (onOneHost && !writer.isAlive()) {
            failPower(writer, fencer);
            medium = fence(fencersHost, new SimNode(simulator, "second fencer", step -> false), descriptor);
            long again = replay(medium, descriptor);
            if (again < end) {
                throw new AssertionError("seed " + seed + " " + mutant + ": the log was sealed at sequence=" + end
                        + ", and after a power failure it ends at " + again);
            }
        }
        if (simulator.chance(0.5)) {
            simulator.count("released");
            await(medium.release(descriptor), "release");
            if (simulator.chance(0.5)) {
                useForAnotherStore(descriptor);
            }
        }
        writer.resume();
        simulator.runFor(50_000_000);
        if (acked > end) {
            throw new AssertionError("seed " + seed + " " + mutant + ": sequence=" + acked
                    + " was acknowledged, the replay ended at " + end);
        }
        if (writer.isAlive()) {
            simulator.count(acked < frames.last().sequence() ? "writer ended" : "writer idle");
        }
        return this;
    }

    Simulator simulator() {
        return simulator;
    }

    private WalMedium fence(SimNfsClient host, SimNode fencer, WalDescriptor descriptor) {
        NfsWalProvider provider = provider(host, mutant.fencer);
        WalMedium medium = await(provider.attach(PLACE, AttachMode.EXISTING, world.context(fencer)), "attach");
        await(medium.fence(descriptor, committed.sequence() + 1), "fence");
        return medium;
    }

    /** Its node and WAL epoch are the same. It gets the directory only after an operator has emptied it (R40). */
    private void useForAnotherStore(WalDescriptor descriptor) {
        SimNode opener = new SimNode(simulator, "other store", step -> false);
        NfsWalProvider provider =
                provider(new SimNfsClient(simulator, server, mutant == Mutant.NOCTO_ALLOWED), mutant.fencer);
        WalContext context = ofAnotherStore(world.context(opener));
        CompletableFuture<WalMedium> refused = provider.attach(PLACE, AttachMode.CREATE, context);
        simulator.runUntil(refused::isDone, EVENTS, "attach of another store");
        if (!refused.isCompletedExceptionally()) {
            throw new AssertionError("seed " + seed + " " + mutant + ": a directory serves two stores");
        }
        simulator.count("other store refused");
        server.wipe("/wal");
        WalMedium medium = await(provider.attach(PLACE, AttachMode.CREATE, context), "attach of another store");
        await(medium.prepare(descriptor.walEpoch()), "prepare of another store");
        simulator.count("directory of another store");
    }

    private static WalContext ofAnotherStore(WalContext context) {
        return new WalContext(
                context.runtime(),
                context.storage(),
                context.storages(),
                context.allocator(),
                new UUID(40, 40),
                context.nodeId(),
                context.maxFrameBytes());
    }

    /** The power of the writer's host, with all its processes, and of the server. */
    private void failPower(SimNode writer, SimNode fencer) {
        simulator.count("power failure");
        writer.crash();
        fencer.crash();
        writersHost.crash();
        server.restart();
        fencersHost.serverRestarted();
    }

    private NfsWalProvider provider(SimNfsClient host, UnaryOperator<NfsDirectory> mutation) {
        return new NfsWalProvider(path -> mutation.apply(host.at(path)));
    }

    private WalDescriptor beginToWrite(SimNode node) {
        NfsWalProvider provider = provider(writersHost, mutant.writer);
        WalMedium medium = await(provider.attach(PLACE, AttachMode.CREATE, world.context(node)), "attach");
        WalDescriptor descriptor = await(medium.prepare(1 << 16), "prepare");
        log = medium.create(descriptor, 1);
        frames = new WalFrames(descriptor, WalWorld.NODE, 1);
        committed = frames.start();
        context = node.serialContext("writer");
        context.execute(this::fill);
        return descriptor;
    }

    /** Keeps the WAL busy, in the writer's context; R7 limits how far it runs ahead. */
    private void fill() {
        while (!ended && frames.last().sequence() - acked < IN_FLIGHT) {
            WalFrame frame = frames.next(log, 1 + simulator.random().nextInt(3000), acked);
            if (frame == null) {
                if (frozen || committed.sequence() == acked) {
                    return;
                }
                commit(acked);
                continue;
            }
            log.append(frame).whenComplete((done, failure) -> context.execute(() -> onDone(frame, failure)));
        }
    }

    private void onDone(WalFrame frame, Throwable failure) {
        if (failure != null) {
            ended = true;
            return;
        }
        completed.add(frame.sequence());
        while (completed.contains(acked + 1)) {
            acked++;
        }
        if (!frozen && simulator.chance(0.2)) {
            commit(committed.sequence() + simulator.random().nextLong(acked - committed.sequence() + 1));
        }
        fill();
    }

    private void commit(long sequence) {
        committed = frames.anchor(sequence);
        log.trim(committed.endPosition());
    }

    private void disturb(SimNode writer) {
        int looks = simulator.random().nextInt(3);
        for (int i = 0; i < looks; i++) {
            SimNode looker = new SimNode(simulator, "looker", step -> false);
            simulator.runFor(simulator.random().nextLong(3_000_000));
            await(provider(fencersHost, mutant.fencer).inspect(PLACE, world.context(looker)), "inspection");
        }
        if (simulator.chance(0.3)) {
            writersHost.failNextSync = true;
        }
        simulator.runFor(simulator.random().nextLong(10_000_000));
        if (simulator.chance(0.6)) {
            writer.pause();
        } else if (simulator.chance(0.6)) {
            writer.crash();
            hostLost = simulator.chance(0.5);
            if (hostLost) {
                writersHost.crash();
            }
        }
        if (simulator.chance(0.2)) {
            simulator.count("server restart");
            server.restart();
            writersHost.serverRestarted();
            fencersHost.serverRestarted();
        }
    }

    private long replay(WalMedium medium, WalDescriptor descriptor) {
        long sequence = committed.sequence();
        try (Replay replay = await(medium.replay(descriptor, committed), "replay")) {
            while (true) {
                Optional<Replay.ReplayedFrame> next = await(replay.next(), "next frame");
                if (next.isEmpty()) {
                    return sequence;
                }
                byte[] bytes = new byte[next.get().bytes().remaining()];
                next.get().bytes().get(next.get().bytes().position(), bytes);
                sequence++;
                WalFrames.Written written = frames.written().get((int) (sequence - 1));
                if (next.get().sequence() != sequence || !Arrays.equals(bytes, written.bytes())) {
                    throw new AssertionError("seed " + seed + ": sequence=" + sequence + " differs");
                }
                simulator.count("replayed");
            }
        }
    }

    private <T> T await(CompletableFuture<T> future, String what) {
        simulator.runUntil(future::isDone, EVENTS, what);
        try {
            return future.join();
        } catch (CompletionException e) {
            throw new AssertionError(
                    "seed " + seed + " " + mutant + ": " + what + " failed: "
                            + e.getCause().getMessage(),
                    e);
        }
    }
}
