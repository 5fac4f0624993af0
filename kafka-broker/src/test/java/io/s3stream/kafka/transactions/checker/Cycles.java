package io.s3stream.kafka.transactions.checker;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Cycles of dependencies between committed transactions, as strongly connected components of a graph.
 *
 * <ul>
 *   <li>ww: the first transaction wrote the record before one of the second in a partition;
 *   <li>wr: the first transaction wrote a record that the second read;
 *   <li>real time: the first transaction had ended before the second began.
 * </ul>
 *
 * wr and real-time edges point from an earlier commit to a later one, so a cycle of them is an anomaly. The package page
 * explains why ww edges are left out of it.
 */
public final class Cycles implements Check {

    @Override
    public Stream<Anomaly> anomalies(Evidence evidence) {
        List<Transaction> committed = committed(evidence);
        List<Anomaly> found = new ArrayList<>();
        for (Transaction transaction : committed) {
            transaction.sends().stream()
                    .filter(sent -> transaction.reads().contains(sent.value()))
                    .forEach(sent -> found.add(new Anomaly(
                            Anomaly.Kind.PRECOMMITTED_READ, "value " + sent.value() + " of " + transaction)));
        }
        DependencyGraph graph = new DependencyGraph(committed.size());
        addWriteReads(evidence, committed, graph);
        addRealTime(committed, graph);
        graph.cycles().stream()
                .map(cycle -> cycle.stream().map(committed::get).toList())
                .forEach(cycle -> found.add(new Anomaly(Anomaly.Kind.CYCLE, cycle.toString())));
        return found.stream();
    }

    /** The number of cycles with ww edges, which Kafka permits. They show that transactions of a history interleaved. */
    public int permitted(History history) {
        Evidence evidence = new Evidence(history);
        List<Transaction> committed = committed(evidence);
        DependencyGraph graph = new DependencyGraph(committed.size());
        addWriteWrites(evidence, committed, graph);
        addWriteReads(evidence, committed, graph);
        return graph.cycles().size();
    }

    /** The transactions that took effect. */
    private static List<Transaction> committed(Evidence evidence) {
        return evidence.history().transactions().stream()
                .filter(transaction -> transaction.outcome() == Outcome.COMMITTED || evidence.isVisible(transaction))
                .toList();
    }

    private static Map<Transaction, Integer> numbers(List<Transaction> nodes) {
        Map<Transaction, Integer> numbers = new IdentityHashMap<>();
        nodes.forEach(node -> numbers.put(node, numbers.size()));
        return numbers;
    }

    private static void addWriteReads(Evidence evidence, List<Transaction> nodes, DependencyGraph graph) {
        Map<Transaction, Integer> numbers = numbers(nodes);
        for (int reader = 0; reader < nodes.size(); reader++) {
            for (long value : nodes.get(reader).reads()) {
                Integer writer = numbers.get(evidence.writer(value));
                if (writer != null && writer != reader) {
                    graph.add(writer, reader);
                }
            }
        }
    }

    private static void addRealTime(List<Transaction> nodes, DependencyGraph graph) {
        for (int earlier = 0; earlier < nodes.size(); earlier++) {
            for (int later = 0; later < nodes.size(); later++) {
                if (nodes.get(earlier).end() < nodes.get(later).start()) {
                    graph.add(earlier, later);
                }
            }
        }
    }

    private static void addWriteWrites(Evidence evidence, List<Transaction> nodes, DependencyGraph graph) {
        Map<Transaction, Integer> numbers = numbers(nodes);
        Map<?, List<Sent>> logs = nodes.stream()
                .flatMap(transaction -> transaction.sends().stream())
                .filter(sent -> evidence.offset(sent.value()) != History.NONE)
                .sorted(Comparator.comparingLong(sent -> evidence.offset(sent.value())))
                .collect(Collectors.groupingBy(Sent::partition));
        for (List<Sent> log : logs.values()) {
            for (int i = 1; i < log.size(); i++) {
                int first = numbers.get(evidence.writer(log.get(i - 1).value()));
                int second = numbers.get(evidence.writer(log.get(i).value()));
                if (first != second) {
                    graph.add(first, second);
                }
            }
        }
    }
}
