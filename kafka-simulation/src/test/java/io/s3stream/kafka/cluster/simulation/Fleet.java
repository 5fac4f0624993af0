package io.s3stream.kafka.cluster.simulation;

import io.s3stream.kafka.cluster.ClusterListener;
import io.s3stream.testkit.sim.Simulator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The brokers, and the operator that starts dead ones again. Owner of the present process of each broker. */
final class Fleet {

    /** The longest time after which a dead broker is started when all trouble has ended. */
    private static final long DOWN_AT_LAST_NANOS = 5_000_000_000L;

    private final BrokerWorld world;
    private final Simulator simulator;
    private final Function<Integer, List<ClusterListener>> listeners;
    private final Map<Integer, SimulatedBroker> present = new TreeMap<>();
    private final Map<Integer, Long> startAt = new TreeMap<>();
    private final Map<Integer, Integer> flaps = new TreeMap<>();
    private final Deque<Integer> rolling = new ArrayDeque<>();
    private int started;

    /** @param listeners of the cluster of a broker, by its id */
    Fleet(BrokerWorld world, Function<Integer, List<ClusterListener>> listeners) {
        this.world = world;
        this.simulator = world.simulator();
        this.listeners = listeners;
        int early = world.swarm().brokers() - world.swarm().joiners();
        for (int id = 0; id < world.swarm().brokers(); id++) {
            startAt.put(id, id < early ? 0 : simulator.latency(20_000_000_000L));
        }
    }

    List<SimulatedBroker> all() {
        return List.copyOf(present.values());
    }

    /** The present process of a broker, dead or alive. */
    @Nullable
    SimulatedBroker broker(int id) {
        return present.get(id);
    }

    List<SimulatedBroker> serving() {
        return present.values().stream().filter(SimulatedBroker::isServing).toList();
    }

    @Nullable
    SimulatedBroker any(List<SimulatedBroker> of) {
        return of.isEmpty() ? null : of.get(simulator.random().nextInt(of.size()));
    }

    boolean isRolling() {
        return !rolling.isEmpty();
    }

    /** Restarts all brokers, one after the other. */
    void roll() {
        if (rolling.isEmpty()) {
            world.trace("rolling restart");
            rolling.addAll(present.keySet());
        }
    }

    /** Ends the broker several times in short intervals. */
    void flap(int id, int times) {
        flaps.put(id, times);
    }

    /** Starts brokers that are due, and continues a rolling restart and flapping. */
    void tend() {
        for (int id : List.copyOf(startAt.keySet())) {
            SimulatedBroker broker = present.get(id);
            if (broker != null && broker.isAlive()) {
                continue;
            }
            Long at = startAt.get(id);
            if (at < 0 || world.isCalm() && at > simulator.now() + DOWN_AT_LAST_NANOS) {
                startAt.put(id, simulator.now() + downTime(id));
            } else if (at <= simulator.now()) {
                start(id);
            }
        }
        rollNext();
        flapNext();
    }

    private long downTime(int id) {
        if (world.isCalm() || flaps.containsKey(id)) {
            return Math.min(DOWN_AT_LAST_NANOS, simulator.latency(300_000_000));
        }
        return simulator.latency(world.swarm().meanDownMillis() * 1_000_000L);
    }

    private void start(int id) {
        startAt.put(id, -1L);
        SimulatedBroker broker = new SimulatedBroker(world, id, ++started, listeners.apply(id));
        present.put(id, broker);
        world.disturbed();
        broker.start();
    }

    private void rollNext() {
        boolean isReady = present.values().stream().allMatch(broker -> broker.isServing() && !broker.isStopping());
        if (!rolling.isEmpty() && isReady) {
            SimulatedBroker next = present.get(rolling.remove());
            if (next != null) {
                next.stop();
            }
        }
    }

    private void flapNext() {
        for (Map.Entry<Integer, Integer> flap : new ArrayList<>(flaps.entrySet())) {
            SimulatedBroker broker = present.get(flap.getKey());
            if (world.isCalm() || flap.getValue() == 0) {
                flaps.remove(flap.getKey());
            } else if (broker != null && broker.isServing() && simulator.chance(0.05)) {
                flaps.put(flap.getKey(), flap.getValue() - 1);
                if (simulator.chance(0.6)) {
                    broker.crash();
                } else {
                    broker.pause(simulator.latency(2_500_000_000L));
                }
            }
        }
    }
}
