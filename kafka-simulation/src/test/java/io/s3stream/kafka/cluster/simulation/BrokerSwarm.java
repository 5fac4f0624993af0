package io.s3stream.kafka.cluster.simulation;

import io.s3stream.simulation.cluster.ClusterMedia;
import io.s3stream.simulation.world.SimConfig;
import io.s3stream.testkit.sim.StorageFaults;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The composition of a history, drawn from its seed. Each history has some kinds of trouble often, some rarely and some
 * not at all: a trouble that hides another one is absent in many histories.
 *
 * @param brokers the number of brokers
 * @param joiners how many of them start late
 * @param topics the number of partitions of each topic
 * @param wal the URI of the WAL of all brokers
 * @param steps the number of steps of the history
 * @param meanStepMillis the typical length of a step
 * @param troubles how likely each kind of trouble is, per step
 * @param storage the faults of requests
 * @param stalls the probability that a thread of a broker stalls before a task
 * @param crashFactor how much likelier than usual a process dies at a step of the store; 0 for never
 * @param meanDownMillis the typical time after which a dead broker is started again
 * @param callFaults the probability that a call of the cluster's loop to the store fails
 */
record BrokerSwarm(
        int brokers,
        int joiners,
        List<Integer> topics,
        String wal,
        int steps,
        int meanStepMillis,
        Map<Trouble, Double> troubles,
        StorageFaults storage,
        double stalls,
        double crashFactor,
        int meanDownMillis,
        double callFaults) {

    static final long SHARED_BYTES = 64L << 20;
    static final int ZONES = 3;

    private static final String SHARED_WAL = "block://" + ClusterMedia.SHARED
            + "?mode=shared&extent=324KiB&cells=1024&maxInFlight=4&maxInFlightBytes=64KiB";

    /** The kinds of trouble. */
    enum Trouble {
        /** A process dies; its machine refuses connections. */
        CRASH,
        /** A machine is lost and answers nothing. */
        LOSE,
        /** A process stops for some time. */
        PAUSE,
        /** A broker does not reach the bucket. */
        CUT_BUCKET,
        /** Two brokers do not reach each other; attempts have no answer. */
        CUT_SILENT,
        /** Two brokers do not reach each other; attempts are refused. */
        CUT_REFUSED,
        /** A broker dies or pauses several times, for short times. */
        FLAP,
        /** All machines of a zone are lost. */
        LOSE_ZONE,
        /** All brokers of a zone lose the bucket. */
        CUT_ZONE,
        /** The requests of a broker to the bucket take long. */
        SLOW,
        /** A broker drains and stops. */
        STOP,
        /** All brokers restart, one after the other. */
        ROLL,
        /** No broker reaches the bucket. */
        OUTAGE,
        /** A topic is created or deleted. */
        TOPIC
    }

    /** @param steps the number of steps of the history */
    static BrokerSwarm draw(long seed, int steps) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L + 11);
        int brokers = random.nextInt(12) == 0 ? 7 + random.nextInt(14) : 3 + random.nextInt(3);
        List<Integer> topics = new ArrayList<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            topics.add(1 + random.nextInt(6));
        }
        Map<Trouble, Double> troubles = new EnumMap<>(Trouble.class);
        for (Trouble trouble : Trouble.values()) {
            troubles.put(trouble, random.nextInt(2) == 0 ? 0 : 0.01 + 0.09 * random.nextDouble());
        }
        boolean hasStorageFaults = random.nextInt(3) == 0;
        return new BrokerSwarm(
                brokers,
                random.nextInt(2) * random.nextInt(brokers - 1),
                List.copyOf(topics),
                random.nextInt(4) == 0 ? SHARED_WAL : SimConfig.STORE_WAL_URI,
                steps,
                300 + random.nextInt(3000),
                troubles,
                hasStorageFaults
                        ? new StorageFaults(0.03 * random.nextDouble(), 0.03 * random.nextDouble(), 0.01, 0.02)
                        : StorageFaults.NONE,
                random.nextInt(2) == 0 ? 0 : 0.003 * random.nextDouble(),
                random.nextInt(3) == 0 ? 0.3 * random.nextDouble() : 0,
                500 + random.nextInt(8000),
                random.nextInt(4) == 0 ? 0.05 * random.nextDouble() : 0);
    }
}
