package io.s3stream.kafka.cluster.decisions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The decisions of many brokers together, in virtual time, with brokers that die, flap and pause. */
class DecisionsSimulationTest {

    private static final long SECOND = 1000 * SimulatedCluster.MILLIS;

    private static final int SEEDS = Integer.getInteger("seeds", 40);

    @Test
    void everyPartitionIsLedSoonAfterTheLastFailure() {
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedCluster cluster = started(3 + seed % 18, 60, seed);
            for (int round = 0; round < 5; round++) {
                disturb(cluster);
                // At least one broker runs: it notices the others within the time of silence.
                revive(cluster.brokers.get(cluster.random.nextInt(cluster.brokers.size())));
                cluster.run(SimulatedCluster.SILENCE + SECOND);
                assertThat(cluster.unled()).as("seed %d round %d", seed, round).isEmpty();
                restartAll(cluster);
            }
        }
    }

    @Test
    void deadBrokerIsReplacedWithinASecond() {
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedCluster cluster = started(3 + seed % 18, 60, seed);
            cluster.brokers.get(cluster.random.nextInt(cluster.brokers.size())).kill();
            cluster.run(SECOND);
            assertThat(cluster.unled()).as("seed %d", seed).isEmpty();
        }
    }

    @Test
    void lostZoneIsReplacedWithinASecond() {
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedCluster cluster = started(9, 60, seed);
            int zone = seed % 3;
            for (int id = zone; id < 9; id += 3) {
                cluster.brokers.get(id).kill();
            }
            cluster.run(SECOND);
            assertThat(cluster.unled()).as("seed %d", seed).isEmpty();
        }
    }

    @Test
    void quietClusterMovesNothing() {
        SimulatedCluster cluster = started(20, 60, 1);
        long before = cluster.openings();
        cluster.run(60 * SECOND);
        assertThat(cluster.openings()).isEqualTo(before);
    }

    @Test
    void drainedBrokerLeadsNothingAfterASecond() {
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedCluster cluster = started(5, 60, seed);
            cluster.brokers.get(2).drain();
            cluster.run(SECOND);
            assertThat(cluster.unled()).as("seed %d", seed).isEmpty();
            assertThat(cluster.topics().get(0).partitions()).noneMatch(partition -> partition.owner() == 2);
        }
    }

    private static SimulatedCluster started(int size, int partitions, long seed) {
        SimulatedCluster cluster = new SimulatedCluster(size, partitions, seed);
        restartAll(cluster);
        assertThat(cluster.unled()).as("after the start of seed %d", seed).isEmpty();
        return cluster;
    }

    private static void restartAll(SimulatedCluster cluster) {
        cluster.brokers.forEach(DecisionsSimulationTest::revive);
        cluster.run(3 * SECOND);
    }

    private static void revive(SimulatedBroker broker) {
        broker.resume();
        broker.start();
    }

    /** Some seconds of deaths, restarts and pauses. */
    private static void disturb(SimulatedCluster cluster) {
        for (int i = 0; i < 20; i++) {
            SimulatedBroker broker = cluster.brokers.get(cluster.random.nextInt(cluster.brokers.size()));
            List<Runnable> faults = List.of(broker::kill, broker::start, broker::pause, broker::resume);
            faults.get(cluster.random.nextInt(faults.size())).run();
            cluster.run(cluster.between(0, 1000));
        }
    }
}
