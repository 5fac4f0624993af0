package io.s3stream.simulation.contention;

import io.s3stream.testkit.sim.SimBucket;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.SimObjectStorage;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.sim.StorageFaults;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Nodes that commit to one register for a while. */
final class Contention {

    private static final long MAX_EVENTS = 20_000_000;

    private Contention() {}

    /**
     * The result. Times are nanoseconds from a commit submitted to its outcome known.
     *
     * @param commits of all nodes
     * @param fewest commits of a node
     * @param most commits of a node
     * @param failed nodes whose metadata client stopped
     */
    record Result(
            Load load,
            SharedRegister.Counts requests,
            long commits,
            long fewest,
            long most,
            long median,
            long p99,
            long max,
            int failed) {

        double commitsPerSecond() {
            return commits / (load.length().toNanos() / 1e9);
        }

        double changesPerSecond() {
            return requests.changes() / (load.length().toNanos() / 1e9);
        }
    }

    static Result run(Load load) {
        Simulator simulator = new Simulator(load.seed());
        SharedRegister register = new SharedRegister(simulator, load);
        SimBucket bucket = new SimBucket();
        List<Committer> nodes = new ArrayList<>();
        for (int i = 0; i < load.nodes(); i++) {
            SimNode node = new SimNode(simulator, "n" + i, step -> false);
            Committer committer = new Committer(i, node, load);
            nodes.add(committer);
            committer.open(new SimObjectStorage(node, bucket, () -> StorageFaults.NONE), register);
            simulator.runUntil(
                    () -> committer.isOpen() || committer.failure() != null, MAX_EVENTS, "node " + i + " to open");
        }
        SharedRegister.Counts before = register.counts();
        nodes.forEach(Committer::begin);
        simulator.runFor(load.length().toNanos());
        SharedRegister.Counts requests = register.counts().minus(before);
        nodes.forEach(Committer::stop);
        return result(load, requests, nodes);
    }

    private static Result result(Load load, SharedRegister.Counts requests, List<Committer> nodes) {
        long[] all = nodes.stream()
                .flatMap(node -> node.latencies().stream())
                .mapToLong(Long::longValue)
                .sorted()
                .toArray();
        long[] each = nodes.stream()
                .mapToLong(node -> node.latencies().size())
                .sorted()
                .toArray();
        int failed = (int) nodes.stream().filter(node -> node.failure() != null).count();
        return new Result(
                load,
                requests,
                Arrays.stream(each).sum(),
                each[0],
                each[each.length - 1],
                at(all, 0.5),
                at(all, 0.99),
                at(all, 1),
                failed);
    }

    private static long at(long[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, (long) (sorted.length * share))];
    }
}
