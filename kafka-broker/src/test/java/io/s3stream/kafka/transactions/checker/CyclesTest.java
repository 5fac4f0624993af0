package io.s3stream.kafka.transactions.checker;

import static io.s3stream.kafka.transactions.checker.Outcome.COMMITTED;
import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.kafka.transactions.checker.Anomaly.Kind;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Dependencies between transactions. */
class CyclesTest {

    private final HistoryBuilder history = new HistoryBuilder();

    /** A committed transaction from 1 to 9 that overlaps with all others. */
    private void overlapping(String id, Set<Long> reads, Sent... sends) {
        history.transaction(history.instance(id), COMMITTED, reads, Map.of(), 1, 8, 9, sends);
    }

    private static Sent sent(int partition, long offset, long value) {
        return new Sent(HistoryBuilder.partition(partition), value, History.NONE, false, offset, 2, 7);
    }

    @Test
    void twoTransactionsThatReadEachOtherAreACycle() {
        overlapping("a", Set.of(2L), sent(0, 0, 1));
        overlapping("b", Set.of(1L), sent(1, 0, 2));
        assertThat(history.kinds()).containsExactly(Kind.CYCLE);
    }

    @Test
    void threeTransactionsInACircleAreACycle() {
        overlapping("a", Set.of(3L), sent(0, 0, 1));
        overlapping("b", Set.of(1L), sent(1, 0, 2));
        overlapping("c", Set.of(2L), sent(2, 0, 3));
        assertThat(history.kinds()).containsExactly(Kind.CYCLE);
    }

    @Test
    void chainOfReadsIsClean() {
        overlapping("a", Set.of(), sent(0, 0, 1));
        overlapping("b", Set.of(1L), sent(1, 0, 2));
        overlapping("c", Set.of(1L, 2L), sent(2, 0, 3));
        assertThat(history.kinds()).isEmpty();
    }

    @Test
    void readOfATransactionThatBeganLaterIsACycle() {
        history.transaction(history.instance("a"), COMMITTED, Set.of(2L), Map.of(), history.sent(0, 0, 1))
                .transaction(history.instance("b"), COMMITTED, Set.of(), Map.of(), history.sent(1, 0, 2));
        assertThat(history.kinds()).containsExactly(Kind.CYCLE);
    }

    @Test
    void readOfItsOwnRecordIsAPrecommittedRead() {
        overlapping("a", Set.of(1L), sent(0, 0, 1));
        assertThat(history.kinds()).containsExactly(Kind.PRECOMMITTED_READ);
    }

    @Test
    void writeCycleIsPermittedAndCounted() {
        overlapping("a", Set.of(), sent(0, 0, 1), sent(1, 1, 2));
        overlapping("b", Set.of(), sent(1, 0, 3), sent(0, 1, 4));
        assertThat(history.kinds()).isEmpty();
        assertThat(new Cycles().permitted(history.build())).isEqualTo(1);
    }

    @Test
    void transactionsInTheSameOrderEverywhereAreNoWriteCycle() {
        overlapping("a", Set.of(), sent(0, 0, 1), sent(1, 0, 2));
        overlapping("b", Set.of(), sent(1, 1, 3), sent(0, 1, 4));
        assertThat(new Cycles().permitted(history.build())).isZero();
    }

    @Test
    void componentsOfAGraphAreItsCycles() {
        DependencyGraph graph = new DependencyGraph(6);
        int[][] edges = {{0, 1}, {1, 2}, {2, 0}, {2, 3}, {3, 4}, {4, 3}, {4, 5}};
        for (int[] edge : edges) {
            graph.add(edge[0], edge[1]);
        }
        assertThat(graph.cycles().stream()
                        .map(cycle -> cycle.stream().sorted().toList())
                        .sorted(Comparator.comparing(List::toString)))
                .containsExactly(List.of(0, 1, 2), List.of(3, 4));
    }
}
