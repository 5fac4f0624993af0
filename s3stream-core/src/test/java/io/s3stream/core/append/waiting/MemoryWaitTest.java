package io.s3stream.core.append.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.core.cache.CacheSegment;
import io.s3stream.core.cache.TestRecords;
import io.s3stream.core.cache.WriteCache;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metrics.StoreMetrics;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MemoryWaitTest {

    private static final int LIMIT = 1 << 16;

    private final Simulator simulator = new Simulator(1);
    private final SimNode node = new SimNode(simulator, "node", step -> false);
    private final MemoryBudget budget = new MemoryBudget(LIMIT);
    private final TestRecords records = new TestRecords(new SlabPool(1 << 12, 512, budget, 0));
    private final WriteCache cache = new WriteCache(budget, StoreMetrics.none().memory(), CommittedPosition.NONE);
    private int drains;
    private final MemoryWait wait = new MemoryWait(node, node.serialContext("append"), budget, cache, () -> drains++);

    private CacheSegment frozenSegment() {
        cache.add(records.next(1));
        records.close();
        return cache.freeze();
    }

    @Test
    void budgetWithRoomAllowsAnotherSlab() {
        budget.charge(LIMIT);
        assertThat(wait.isWithinBudget(false)).isTrue();
        budget.charge(1);
        assertThat(wait.isWithinBudget(false)).isFalse();
    }

    /** No upload or acknowledgement will free memory in this state, so the append must not wait. [R27] */
    @Test
    void idleStoreWithEmptyCacheMayExceedItsLimit() {
        budget.charge(LIMIT + 1);
        assertThat(wait.isWithinBudget(true)).isTrue();

        cache.add(records.next(1));
        assertThat(wait.isWithinBudget(true)).as("its upload will free memory").isFalse();
    }

    @Test
    void committedSegmentsMakeRoomBeforeAppendsWait() {
        CacheSegment segment = frozenSegment();
        budget.charge(LIMIT - budget.used() + 1);
        assertThat(wait.isWithinBudget(false)).isFalse();

        segment.markCommitted();

        assertThat(wait.isWithinBudget(false)).isTrue();
        assertThat(cache.isEmpty()).isTrue();
    }

    @Test
    void lackOfDirectMemoryEvictsWriteCache_R46() {
        frozenSegment().markCommitted();

        wait.onExhausted();

        assertThat(cache.isEmpty()).isTrue();
        assertThat(budget.used()).isZero();
    }

    @Test
    void lackOfDirectMemorySchedulesOneRetryAtTime_R46() {
        wait.onExhausted();
        wait.onExhausted();
        simulator.runFor(TimeUnit.SECONDS.toNanos(1));
        assertThat(drains).isEqualTo(1);

        wait.onExhausted();
        simulator.runFor(TimeUnit.SECONDS.toNanos(1));
        assertThat(drains).isEqualTo(2);
    }
}
