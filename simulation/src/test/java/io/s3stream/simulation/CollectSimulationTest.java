package io.s3stream.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreStats;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.simulation.world.SimDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.simulation.world.SimWorld;
import io.s3stream.testkit.sim.Simulator;
import java.time.Duration;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

class CollectSimulationTest {

    private static final int SEEDS = 60;

    @Test
    void readersWithOldViewReadWithinGraceAndAllObjectsAreDeletedAfterIt() {
        TreeMap<String, Integer> counts = run(seed -> new CollectScenario(seed, SimEngine::new).run());
        assertThat(counts.get("read within the grace")).isEqualTo(SEEDS);
        assertThat(counts.get("crash")).isGreaterThan(SEEDS);
    }

    @Test
    void pausedUploadIsOrphanOnlyIfItsProcessWasReplaced_R22() {
        TreeMap<String, Integer> counts = run(seed -> new PausedUploadScenario(seed, SimEngine::new).run());
        assertThat(counts.get("resumed after a pause")).isGreaterThan(SEEDS / 5);
        assertThat(counts.get("replaced while paused")).isGreaterThan(SEEDS / 5);
        assertThat(counts.get("step sweep.abort")).isGreaterThan(SEEDS / 5);
    }

    /** There is no request even to check whether something can be deleted. */
    @Test
    void idleStoreMakesNoRequests_L29() {
        SimWorld world = new SimWorld(1, SimEngine::new);
        SimDisks disk = new SimDisks(world.simulator());
        StreamStore store = world.await(world.open(world.start("idle", disk, step -> false), disk, 0), "open");
        long id = world.await(store.createStream(CreateOptions.named("s")), "stream");
        Stream stream = world.await(store.openStream(id, OpenOptions.owner()), "stream");
        world.await(stream.append(RecordBatch.of("x", 1)).durable(), "append");
        world.await(stream.flush(), "flush");
        world.await(store.deleteStream(id), "deletion");
        world.simulator().runFor(Duration.ofMinutes(1).toNanos());
        assertThat(world.bucket().keys("data/", "")).isEmpty();

        StoreStats before = store.stats();
        world.simulator().runFor(Duration.ofHours(1).toNanos());

        assertThat(store.stats().storageReads()).isEqualTo(before.storageReads());
        assertThat(store.stats().storageWrites()).isEqualTo(before.storageWrites());
    }

    private static TreeMap<String, Integer> run(LongFunction<Simulator> scenario) {
        TreeMap<String, Integer> counts = new TreeMap<>();
        for (long seed = 1; seed <= SEEDS; seed++) {
            try {
                scenario.apply(seed).counts().forEach((what, n) -> counts.merge(what, n, Integer::sum));
            } catch (RuntimeException e) {
                throw new IllegalStateException("seed " + seed + ": " + e.getMessage(), e);
            }
        }
        return counts;
    }
}
