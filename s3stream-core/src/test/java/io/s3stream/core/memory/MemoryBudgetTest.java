package io.s3stream.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The queue's share counts queued appends only, and the limit counts everything [R27] [R45]. */
class MemoryBudgetTest {

    private static final long LIMIT = 800;
    private static final long SHARE = LIMIT / 8;

    private final MemoryBudget budget = new MemoryBudget(LIMIT);

    @Test
    void queuedAppendsAreLimitedToTheirShare_R45() {
        assertThat(budget.tryReserve(SHARE)).isTrue();
        assertThat(budget.tryReserve(1)).isFalse();
        budget.leaveQueue(1, 0);
        assertThat(budget.tryReserve(1)).isTrue();
    }

    @Test
    void largeAppendDoesNotWaitForEmptyQueue() {
        assertThat(budget.tryReserve(1)).isTrue();
        assertThat(budget.tryReserve(LIMIT / 2)).isTrue();
        assertThat(budget.tryReserve(1)).isFalse();
    }

    @Test
    void memoryOutsideQueueLeavesShareAlone_R45() {
        budget.charge(LIMIT / 2);
        assertThat(budget.queued()).isZero();
        assertThat(budget.tryReserve(SHARE)).isTrue();
        budget.release(LIMIT / 2);
        assertThat(budget.tryReserve(1)).isFalse();
    }

    @Test
    void appendsThatLeftQueueCountAgainstLimitOnly() {
        assertThat(budget.tryReserve(SHARE)).isTrue();
        budget.leaveQueue(60, 40);
        assertThat(budget.used()).isEqualTo(40);
        assertThat(budget.queued()).isZero();
        budget.returnToQueue(60, 40);
        assertThat(budget.queued()).isEqualTo(SHARE);
        budget.leaveQueue(60, 40);
        budget.release(40);
        assertThat(budget.used()).isZero();
        assertThat(budget.queued()).isZero();
    }

    @Test
    void fullLimitRefusesAppendsForAnyQueue_R27() {
        budget.charge(LIMIT - 10);
        assertThat(budget.tryReserve(11)).isFalse();
        assertThat(budget.tryReserve(10)).isTrue();
    }

    @Test
    void waiterIsWokenWhenQueueHasRoom() {
        assertThat(budget.tryReserve(SHARE)).isTrue();
        CompletableFuture<Void> room = budget.whenAvailable(1);
        assertThat(room).isNotDone();
        budget.leaveQueue(0, 1);
        assertThat(room).isCompleted();
    }
}
