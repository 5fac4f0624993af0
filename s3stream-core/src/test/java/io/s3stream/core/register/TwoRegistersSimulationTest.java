package io.s3stream.core.register;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.core.errors.Failures;
import io.s3stream.core.storage.StorageRegister;
import io.s3stream.spi.metadata.MetadataRegister;
import io.s3stream.spi.metadata.MetadataRegister.Versioned;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.testkit.sim.SimBucket;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.SimObjectStorage;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.sim.StorageFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Nodes open a new store at the same time: some with one register, some by mistake with another, some with none. They
 * crash, and requests are lost or late. All successful nodes have the same register, and in a quiet world at least one
 * node succeeds.
 */
class TwoRegistersSimulationTest {

    private static final int SEEDS = 300;

    @Test
    void allNodesUseSameRegister() {
        for (long seed = 0; seed < SEEDS; seed++) {
            assertThat(new World(seed, StoreBucket::new).run())
                    .as("seed %d", seed)
                    .hasSize(1);
        }
    }

    @Test
    void markerSealedWithoutItsVersionIsCaught() {
        assertThat(caught(storage -> new StoreBucket(storage) {
                    @Override
                    CompletableFuture<Boolean> seal(String version, Marker sealed) {
                        return storage.put(KEY, ObjectBody.of(sealed.encode()), PutCondition.ALWAYS)
                                .thenApply(Optional::isPresent);
                    }
                }))
                .isTrue();
    }

    @Test
    void markerThatReplacesOtherMarkerIsCaught() {
        assertThat(caught(storage -> new StoreBucket(storage) {
                    @Override
                    CompletableFuture<Optional<Marker>> claim(UUID bucket) {
                        Marker marker = new Marker(bucket, Optional.empty());
                        return storage.put(KEY, ObjectBody.of(marker.encode()), PutCondition.ALWAYS)
                                .thenApply(version -> version.map(put -> marker));
                    }
                }))
                .isTrue();
    }

    private static boolean caught(Function<ObjectStorage, StoreBucket> mutant) {
        for (long seed = 0; seed < SEEDS; seed++) {
            if (new World(seed, mutant).run().size() != 1) {
                return true;
            }
        }
        return false;
    }

    /** Runs one history. */
    private static final class World {

        private static final int NODES = 6;

        private final Simulator simulator;
        private final Function<ObjectStorage, StoreBucket> buckets;
        private final SimBucket bucket = new SimBucket();
        private final SimBucket rows = new SimBucket();
        private final Set<String> used = new TreeSet<>();
        private StorageFaults faults = new StorageFaults(0.1, 0.1, 0.1, 0.1);

        World(long seed, Function<ObjectStorage, StoreBucket> buckets) {
            this.simulator = new Simulator(seed);
            this.buckets = buckets;
        }

        /** Returns the registers that were used. */
        Set<String> run() {
            List<SimNode> nodes = new ArrayList<>();
            List<String> registers = List.of("one", "one", "other", "none");
            for (int i = 0; i < NODES; i++) {
                SimNode node = new SimNode(simulator, "node-" + i, step -> false);
                nodes.add(node);
                String register = registers.get(simulator.random().nextInt(registers.size()));
                begin(node, register);
                if (simulator.chance(0.5)) {
                    simulator.after(simulator.random().nextLong(200_000_000), "crash", node::crash);
                }
            }
            simulator.runFor(2_000_000_000L);
            nodes.forEach(SimNode::crash);
            faults = StorageFaults.NONE;
            for (String register : List.of("one", "other", "none")) {
                begin(new SimNode(simulator, "late-" + register, step -> false), register);
                simulator.runFor(2_000_000_000L);
            }
            return used;
        }

        private void begin(SimNode node, String register) {
            ObjectStorage storage = new SimObjectStorage(node, bucket, () -> faults);
            if (register.equals("none")) {
                open(node, register, new HeadObject(storage, RegisterUse.STORE));
                return;
            }
            open(
                    node,
                    register,
                    new BoundRegister(
                            new StorageRegister(new SimObjectStorage(node, rows, () -> faults), "row/" + register),
                            buckets.apply(storage),
                            RegisterUse.STORE,
                            () -> new UUID(node.randomLong(), node.randomLong())));
        }

        private void open(SimNode node, String name, MetadataRegister register) {
            register.read()
                    .thenCompose(present -> present.isPresent()
                            ? CompletableFuture.completedFuture(present.map(Versioned::version))
                            : register.compareAndSet(Optional.empty(), new byte[] {1}))
                    .whenComplete((version, error) -> {
                        if (error == null && version.isPresent()) {
                            used.add(name);
                        } else if (error == null || !(Failures.unwrap(error) instanceof InvalidRequestException)) {
                            node.schedule(
                                    Duration.ofMillis(20),
                                    node.serialContext("open"),
                                    () -> open(node, name, register));
                        }
                    });
        }
    }
}
