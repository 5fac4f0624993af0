package io.s3stream.simulation;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreListener;
import io.s3stream.api.StoreState;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.NodeEpochConflictException;
import io.s3stream.api.metadata.TakeOverOptions;
import io.s3stream.api.metadata.TakeOverReport;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.simulation.world.SimConfig;
import io.s3stream.simulation.world.SimDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.simulation.world.SimWorld;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A node dies and is suspected. While another node takes it over because of that suspicion, a new process opens the node.
 * The seed draws which of the two is first. A process that has become the node before the take-over's fence is never
 * fenced by it [R11].
 */
final class StaleSuspicionScenario {

    private static final int TAKER = 1;
    private static final int FAILED = 2;
    private static final Duration MAX_DELAY = Duration.ofMillis(400);

    private final SimWorld world;
    private final Simulator simulator;
    private final CompletableFuture<Long> suspected = new CompletableFuture<>();

    StaleSuspicionScenario(long seed, SimEngine.Factory engine) {
        this.world = new SimWorld(seed, engine);
        this.simulator = world.simulator();
    }

    Simulator run() {
        SimNode taking = process("taker");
        StreamStore taker = world.await(open(taking, TAKER), "open of the taker");
        SimNode failing = process("failed");
        StreamStore failed = world.await(open(failing, FAILED), "open of the other node");
        long id = world.await(failed.createStream(CreateOptions.named("s")), "stream");
        append(world.await(failed.openStream(id, OpenOptions.owner()), "stream"), 3);
        failing.crash();
        long epoch = world.await(suspected, "suspicion");

        CompletableFuture<StreamStore> returned = new CompletableFuture<>();
        boolean duringTakeOver = simulator.chance(0.5);
        Runnable comeBack = () -> open(process("returned"), FAILED).whenComplete((store, error) -> {
            if (error == null) {
                returned.complete(store);
            } else {
                returned.completeExceptionally(error);
            }
        });
        if (duringTakeOver) {
            pauseAtLocked(taking, comeBack);
        } else {
            simulator.after(delay(), "return", comeBack);
            simulator.runFor(delay());
        }
        CompletableFuture<TakeOverReport> taken =
                taker.takeOver(FAILED, TakeOverOptions.defaults().ifEpoch(epoch));
        world.settle(taken, "take-over");
        StreamStore back = world.await(returned, "open of the returned process");
        check(taken, epoch);
        countOutcome(taken, duringTakeOver);
        simulator.runFor(Duration.ofSeconds(5).toNanos());
        checkAlive(back, id);
        return simulator;
    }

    /** Stops the taker between its locks and its fence, for a random time. */
    private void pauseAtLocked(SimNode taking, Runnable comeBack) {
        boolean[] done = new boolean[1];
        taking.watch(step -> {
            if (step.equals("takeOver.locked") && !done[0]) {
                done[0] = true;
                taking.pause();
                simulator.after(1, "return", comeBack);
                simulator.after(delay(), "taker resumes", taking::resume);
            }
        });
    }

    private long delay() {
        return 1 + simulator.random().nextLong(MAX_DELAY.toNanos());
    }

    private static void check(CompletableFuture<TakeOverReport> taken, long epoch) {
        @Nullable Throwable error = taken.handle((report, failure) -> failure).join();
        if (error == null && taken.join().nodeEpoch() != epoch + 1) {
            throw new HistoryViolation("taken over at epoch " + taken.join().nodeEpoch()
                    + ", although the suspicion was about epoch " + epoch);
        }
        if (error instanceof NodeEpochConflictException conflict
                && (conflict.expected() != epoch || conflict.current() <= epoch)) {
            throw new HistoryViolation("a conflict of epochs names other ones: " + conflict.getMessage());
        }
    }

    private void countOutcome(CompletableFuture<TakeOverReport> taken, boolean duringTakeOver) {
        if (!taken.isCompletedExceptionally()) {
            simulator.count("taken over first");
        } else {
            simulator.count(duringTakeOver ? "spared at the commit" : "spared before the call");
        }
    }

    /** The returned process was never fenced: it still owns the node, and appends. */
    private void checkAlive(StreamStore back, long id) {
        if (back.state().level() != StoreState.Level.RUNNING) {
            throw new HistoryViolation("the returned process was fenced because of a stale suspicion: "
                    + back.state().reason());
        }
        append(world.await(back.openStream(id, OpenOptions.owner()), "stream"), 1);
    }

    private void append(Stream stream, int times) {
        for (int i = 0; i < times; i++) {
            world.await(stream.tryAppend(RecordBatch.of("record", 1)).durable(), "append");
        }
    }

    private SimNode process(String name) {
        return world.start(name, new SimDisks(simulator), at -> false);
    }

    private CompletableFuture<StreamStore> open(SimNode process, int id) {
        StoreListener listener = new StoreListener() {
            @Override
            public void nodeSuspected(int nodeId, long nodeEpoch, Duration silence) {
                if (nodeId == FAILED) {
                    suspected.complete(nodeEpoch);
                }
            }
        };
        return world.open(
                process,
                new SimDisks(simulator),
                id,
                options -> options.wal(SimConfig.STORE_WAL_URI)
                        .listener(listener)
                        .config(SimConfig.builder()
                                .heartbeatInterval(Duration.ofSeconds(1))
                                .suspectAfter(Duration.ofSeconds(3))
                                .build()));
    }
}
