package io.s3stream.kafka.cluster.simulation;

import io.s3stream.kafka.cluster.simulation.BrokerSwarm.Trouble;
import io.s3stream.testkit.sim.Simulator;
import java.util.List;

/** Disturbs brokers, as the swarm asks for it. */
final class Troubles {

    private static final long SECOND = 1_000_000_000;

    private final BrokerWorld world;
    private final Fleet fleet;
    private final ShortTopics topics;
    private final Simulator simulator;

    Troubles(BrokerWorld world, Fleet fleet) {
        this.world = world;
        this.fleet = fleet;
        this.topics = new ShortTopics(world, fleet);
        this.simulator = world.simulator();
    }

    /** Perhaps begins some trouble. */
    void step() {
        world.swarm().troubles().forEach((trouble, probability) -> {
            if (simulator.chance(probability)) {
                begin(trouble);
            }
        });
    }

    private void begin(Trouble trouble) {
        SimulatedBroker broker =
                fleet.any(fleet.all().stream().filter(SimulatedBroker::isAlive).toList());
        if (broker == null) {
            return;
        }
        simulator.count("trouble: " + trouble);
        world.trace(trouble + " from broker " + broker.id());
        switch (trouble) {
            case CRASH -> broker.crash();
            case LOSE -> broker.lose();
            case PAUSE -> broker.pause(simulator.latency(simulator.chance(0.5) ? SECOND : 6 * SECOND));
            case CUT_BUCKET -> cutBucket(broker, simulator.latency(5 * SECOND));
            case CUT_SILENT -> cutPeers(broker, BrokerNetwork.Answer.SILENT);
            case CUT_REFUSED -> cutPeers(broker, BrokerNetwork.Answer.REFUSED);
            case FLAP -> fleet.flap(broker.id(), 2 + simulator.random().nextInt(4));
            case LOSE_ZONE -> zone(broker).forEach(SimulatedBroker::lose);
            case CUT_ZONE -> {
                long nanos = simulator.latency(5 * SECOND);
                zone(broker).forEach(each -> cutBucket(each, nanos));
            }
            case SLOW -> {
                broker.slow(50_000_000 + simulator.random().nextInt(1_000_000_000));
                simulator.after(simulator.latency(5 * SECOND), "slow no longer", () -> broker.slow(0));
            }
            case STOP -> broker.stop();
            case ROLL -> fleet.roll();
            case OUTAGE -> outage();
            case TOPIC -> topics.createOrDelete();
        }
    }

    private List<SimulatedBroker> zone(SimulatedBroker broker) {
        return fleet.all().stream()
                .filter(each -> each.isAlive() && each.id() % BrokerSwarm.ZONES == broker.id() % BrokerSwarm.ZONES)
                .toList();
    }

    private void cutBucket(SimulatedBroker broker, long nanos) {
        broker.block(true);
        simulator.after(nanos, "bucket is back", () -> broker.block(false));
    }

    private void cutPeers(SimulatedBroker broker, BrokerNetwork.Answer answer) {
        SimulatedBroker other = fleet.any(fleet.all());
        if (other == null || other == broker) {
            return;
        }
        long nanos = simulator.latency(4 * SECOND);
        world.network().cut(broker.id(), other.id(), answer, nanos);
        Runnable disturbed = () -> {
            broker.disturbed();
            other.disturbed();
        };
        disturbed.run();
        simulator.after(nanos, "cut is over", disturbed);
    }

    private void outage() {
        if (!world.outage().isOver()) {
            return;
        }
        world.outage().begin();
        long began = simulator.now();
        watchOutage(began);
    }

    private void watchOutage(long began) {
        fleet.all().forEach(SimulatedBroker::disturbed);
        if (!world.outage().isOver()) {
            simulator.after(SECOND / 10, "outage", () -> watchOutage(began));
        }
    }
}
