package io.s3stream.wal.s3;

import io.s3stream.testkit.sim.SimBucket;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.sim.StorageFaults;
import java.util.ArrayList;
import java.util.List;

/**
 * One node opened several times over one bucket, each opener beginning while those before still append, are paused,
 * crash or come back; requests fail, lose their answers, arrive late or twice. In the end one opener recovers in peace and
 * everything acknowledged by anybody must be committed. One seed is one history.
 */
final class ZombieScenario {

    private static final long SECOND = 1_000_000_000L;
    private static final long MOST_EVENTS = 300_000;
    private static final StorageFaults FAULTY = new StorageFaults(0.01, 0.03, 0.03, 0.03);

    private final Simulator simulator;
    private final S3WalRules rules;
    private final SimBucket bucket = new SimBucket();
    private final Register register = new Register();
    private final List<SimNode> nodes = new ArrayList<>();
    private final List<Opener> openers = new ArrayList<>();
    private StorageFaults faults = FAULTY;

    private ZombieScenario(long seed, S3WalRules rules) {
        this.simulator = new Simulator(seed);
        this.rules = rules;
    }

    /**
     * @return how many frames were acknowledged, and the trace of the history
     * @throws Register.Violation when a rule is broken; others when an opener fails without a reason or hangs
     */
    static long[] run(long seed, S3WalRules rules) {
        ZombieScenario scenario = new ZombieScenario(seed, rules);
        scenario.run();
        return new long[] {scenario.register.acknowledged(), scenario.simulator.trace()};
    }

    private void run() {
        for (int i = 0; i < 4; i++) {
            open(400);
            simulator.runFor(simulator.latency(SECOND / 3));
            disturb();
        }
        faults = StorageFaults.NONE;
        Opener last = open(0);
        simulator.runUntil(last::isOver, MOST_EVENTS, "the last recovery");
        nodes.forEach(SimNode::resume);
        simulator.runFor(200 * SECOND); // the zombies wake up and find out
        requireNoFailure();
        Opener again = open(0);
        simulator.runUntil(again::isOver, MOST_EVENTS, "a recovery after the zombies have ended");
        requireNoFailure();
        register.checkNothingLost();
    }

    private Opener open(int wanted) {
        boolean mayCrash = wanted > 0;
        SimNode node = new SimNode(simulator, "n" + nodes.size(), step -> mayCrash && simulator.chance(0.05));
        nodes.add(node);
        Opener opener = new Opener(node, bucket, () -> faults, rules, register, wanted);
        openers.add(opener);
        opener.run();
        return opener;
    }

    /** Something happens to one of those that are running: mostly to the last. */
    private void disturb() {
        SimNode node = nodes.get(
                simulator.chance(0.8) ? nodes.size() - 1 : simulator.random().nextInt(nodes.size()));
        int dice = simulator.random().nextInt(6);
        if (dice == 0) {
            node.crash();
        } else if (dice <= 3) {
            node.pause();
            simulator.after(simulator.latency(4 * SECOND), "resume", node::resume);
        }
    }

    private void requireNoFailure() {
        for (Opener opener : openers) {
            Throwable failure = opener.failure();
            if (failure instanceof Error broken) {
                throw broken;
            }
            if (failure != null) {
                throw new IllegalStateException("an opener failed: " + failure, failure);
            }
        }
    }
}
