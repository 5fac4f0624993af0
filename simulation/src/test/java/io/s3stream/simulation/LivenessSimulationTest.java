package io.s3stream.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.CloseReason;
import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.StoreListener;
import io.s3stream.api.StoreState;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.metadata.TakeOverOptions;
import io.s3stream.simulation.world.SimConfig;
import io.s3stream.simulation.world.SimDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.simulation.world.SimWorld;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.sim.StorageFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Three nodes with heartbeats, in virtual time. */
class LivenessSimulationTest {

    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final SimWorld world = new SimWorld(7, SimEngine::new);
    private final Simulator simulator = world.simulator();
    private final List<String> heardByOne = new ArrayList<>();
    private final List<String> heardByTwo = new ArrayList<>();
    private final List<String> heardByThree = new ArrayList<>();
    private final SimNode processOfTwo = process(2);
    private final SimNode processOfOne = process(1);
    private final StreamStore one = open(processOfOne, 1, heardByOne);
    private final StreamStore two = open(processOfTwo, 2, heardByTwo);
    private final StreamStore three = open(process(3), 3, heardByThree);

    @Test
    void idleNodesAreNotSuspected() {
        pass(Duration.ofMinutes(2));
        assertThat(heardByOne).isEmpty();
        assertThat(heardByTwo).isEmpty();
        assertThat(heardByThree).isEmpty();
        close(one, two, three);
    }

    @Test
    void stoppedNodeIsSuspectedOnceByAllOthersAndReturnsOnResume() {
        processOfTwo.pause();
        pass(Duration.ofSeconds(30));
        assertThat(heardByOne).containsExactly("suspected 2 epoch 1");
        assertThat(heardByThree).containsExactly("suspected 2 epoch 1");
        processOfTwo.resume();
        pass(Duration.ofSeconds(10));
        assertThat(heardByOne).containsExactly("suspected 2 epoch 1", "returned 2");
        assertThat(heardByThree).containsExactly("suspected 2 epoch 1", "returned 2");
        assertThat(heardByTwo).as("the node itself was silent").isEmpty();
        close(one, two, three);
    }

    @Test
    void registerOutageRaisesNoSuspicion() {
        world.faults(new StorageFaults(1, 0, 0, 0));
        pass(Duration.ofSeconds(40));
        world.faults(StorageFaults.NONE);
        pass(Duration.ofSeconds(10));
        assertThat(heardByOne).isEmpty();
        assertThat(heardByTwo).isEmpty();
        assertThat(heardByThree).isEmpty();
        close(one, two, three);
    }

    @Test
    void allNodesLearnOfTakeOverAndTakenNodeLearnsOfItsFencing() {
        long id = world.await(two.createStream(CreateOptions.named("s")), "create");
        Stream stream = world.await(two.openStream(id, OpenOptions.owner()), "open");
        processOfTwo.pause();
        pass(Duration.ofSeconds(10));
        assertThat(world.await(one.takeOver(2), "take-over").streams()).isEqualTo(1);
        pass(Duration.ofSeconds(5));
        assertThat(heardByOne).containsExactly("suspected 2 epoch 1", "taken over 2");
        assertThat(heardByThree).containsExactly("suspected 2 epoch 1", "taken over 2");
        processOfTwo.resume();
        pass(Duration.ofSeconds(5));
        assertThat(heardByTwo).containsExactly("STOPPED FENCED");
        assertThat(world.await(stream.closed(), "end of the handle").cause()).isEqualTo(CloseReason.Cause.FENCED);
        close(one, two, three);
    }

    /** A taker that dies has ended the old process already: its take-over must be repeated by another node. */
    @Test
    void nodeIsSuspectedAgainAfterItsTakerHasDied() {
        long id = world.await(two.createStream(CreateOptions.named("s")), "create");
        world.await(two.openStream(id, OpenOptions.owner()), "open");
        processOfTwo.crash();
        pass(Duration.ofSeconds(10));
        CompletableFuture<?> taken = one.takeOver(2);
        processOfOne.watch(step -> {
            if (step.equals("takeOver.registered")) {
                processOfOne.crash();
            }
        });
        pass(Duration.ofSeconds(30));
        assertThat(taken).isNotDone();
        assertThat(heardByThree).contains("suspected 2 epoch 1", "suspected 2 epoch 2");
        assertThat(world.await(three.takeOver(2, TakeOverOptions.defaults().ifEpoch(2)), "the second take-over")
                        .streams())
                .isEqualTo(1);
        close(three);
    }

    @Test
    void closedNodeIsNeitherSuspectedNorTakenOver() {
        close(two);
        pass(Duration.ofMinutes(1));
        assertThat(heardByOne).isEmpty();
        close(one, three);
    }

    private SimNode process(int id) {
        return world.start("node" + id, new SimDisks(simulator), at -> false);
    }

    private StreamStore open(SimNode process, int id, List<String> heard) {
        StoreListener listener = new StoreListener() {
            @Override
            public void nodeSuspected(int nodeId, long nodeEpoch, Duration silence) {
                assertThat(silence).isGreaterThanOrEqualTo(PATIENCE);
                heard.add("suspected " + nodeId + " epoch " + nodeEpoch);
            }

            @Override
            public void nodeReturned(int nodeId) {
                heard.add("returned " + nodeId);
            }

            @Override
            public void nodeTakenOver(int nodeId, long nodeEpoch) {
                heard.add("taken over " + nodeId);
            }

            @Override
            public void stateChanged(StoreState state) {
                if (state.level() == StoreState.Level.STOPPED) {
                    heard.add("STOPPED " + state.reason().orElseThrow().kind());
                }
            }
        };
        return world.await(
                world.open(
                        process,
                        new SimDisks(simulator),
                        id,
                        options -> options.wal(SimConfig.STORE_WAL_URI)
                                .listener(listener)
                                .config(SimConfig.builder()
                                        .heartbeatInterval(INTERVAL)
                                        .suspectAfter(PATIENCE)
                                        .build())),
                "open of node " + id);
    }

    private void pass(Duration time) {
        simulator.runFor(time.toNanos());
    }

    private void close(StreamStore... stores) {
        for (StreamStore store : stores) {
            world.await(store.close(Duration.ofMinutes(1)), "close");
        }
    }
}
