package io.s3stream.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SlabPoolTest {

    private static final int SLAB = 4096;
    private static final int ALIGNMENT = 512;

    private final MemoryBudget budget = new MemoryBudget(4 * SLAB);
    private final SlabPool pool = new SlabPool(SLAB, ALIGNMENT, budget, 2 * SLAB);

    @Test
    void slabIsAlignedAndChargedToBudget() {
        Slab slab = pool.allocate(1);

        assertThat(slab.capacity()).isEqualTo(SLAB);
        assertThat(slab.memory().alignmentOffset(0, ALIGNMENT)).isZero();
        assertThat(budget.used()).isEqualTo(SLAB);
        assertThat(pool.outstandingBytes()).isEqualTo(SLAB);
    }

    @Test
    void largeSlabIsRoundedUpToAlignment() {
        Slab slab = pool.allocate(SLAB + 1);
        assertThat(slab.capacity()).isEqualTo(SLAB + ALIGNMENT);
    }

    @Test
    void releasedMemoryIsReusedByAnotherSlab() {
        Slab first = pool.allocate(1);
        first.memory().putInt(0, 42);
        first.release();
        assertThat(pool.keptBytes()).isEqualTo(SLAB);
        assertThat(budget.used()).as("kept memory is not charged").isZero();

        Slab second = pool.allocate(1);

        assertThat(second).isNotSameAs(first);
        assertThat(second.memory().getInt(0)).isEqualTo(42);
        assertThat(pool.keptBytes()).isZero();
    }

    @Test
    void abandonedMemoryIsNeverReused_R29() {
        Slab slab = pool.allocate(1);
        slab.abandon();
        slab.release();

        assertThat(pool.keptBytes()).isZero();
        assertThat(budget.used()).isZero();
    }

    @Test
    void keptMemoryStaysWithinBudget_R46() {
        Slab[] slabs = new Slab[8];
        for (int i = 0; i < slabs.length; i++) {
            slabs[i] = pool.allocate(1);
        }
        for (Slab slab : slabs) {
            slab.release();
            assertThat(pool.keptBytes()).isLessThanOrEqualTo(Math.max(0, budget.limit() - budget.used()));
        }
        assertThat(pool.keptBytes()).isEqualTo(budget.limit());
    }

    @Test
    void keptMemoryYieldsToSlabOfOtherSize_R46() {
        Slab[] slabs = {pool.allocate(1), pool.allocate(1), pool.allocate(1), pool.allocate(1)};
        for (Slab slab : slabs) {
            slab.release();
        }
        assertThat(pool.keptBytes()).isEqualTo(4L * SLAB);

        pool.allocate(2 * SLAB);

        assertThat(pool.keptBytes() + budget.used()).isLessThanOrEqualTo(budget.limit());
    }

    @Test
    void largeMemoryServesSlabOfAtLeastHalfItsSize() {
        pool.allocate(3 * SLAB).release();
        assertThat(pool.allocate(2 * SLAB).capacity()).as("reused").isEqualTo(3 * SLAB);
    }

    @Test
    void largeMemoryIsNotWastedOnMuchSmallerSlab() {
        SlabPool wide = new SlabPool(SLAB, ALIGNMENT, new MemoryBudget(64 * SLAB), 0);
        wide.allocate(10 * SLAB).release();
        assertThat(wide.allocate(2 * SLAB).capacity()).isEqualTo(2 * SLAB);
    }
}
