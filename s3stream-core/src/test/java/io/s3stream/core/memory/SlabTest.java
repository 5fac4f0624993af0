package io.s3stream.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;

class SlabTest {

    private static final int SLAB = 4096;

    private final SlabPool pool = new SlabPool(SLAB, 512, new MemoryBudget(1 << 20), SLAB);
    private final Slab slab = pool.allocate(1);

    @Test
    void slabReturnsToPoolWithItsLastReference() {
        slab.retain();
        slab.release();
        assertThat(pool.outstandingBytes()).isEqualTo(SLAB);
        slab.release();
        assertThat(pool.outstandingBytes()).isZero();
    }

    @Test
    void deadSlabStaysDeadAfterItsMemoryIsReused_R29() {
        slab.release();
        pool.allocate(1);

        assertThat(slab.retainIfAlive()).isFalse();
        assertThat(slab.lease()).isEqualTo(Slab.Lease.GONE);
        assertThatThrownBy(slab::retain).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void releaseWithoutReferenceIsRefused() {
        slab.release();
        assertThatThrownBy(slab::release)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("more often than retained");
    }

    @Test
    void leaseKeepsEvictedSlabInMemory() {
        assertThat(slab.lease()).isEqualTo(Slab.Lease.PINNED);
        slab.release();
        assertThat(pool.outstandingBytes()).isEqualTo(SLAB);

        slab.endLease();
        assertThat(pool.outstandingBytes()).isZero();
    }

    @Test
    void leasesOfSameSlabPinItOnce_R28() {
        slab.lease();
        assertThat(slab.lease()).isEqualTo(Slab.Lease.PINNED);
        assertThat(pool.pinnedBytes()).isEqualTo(SLAB);

        slab.endLease();
        assertThat(pool.pinnedBytes()).isEqualTo(SLAB);
        slab.endLease();
        assertThat(pool.pinnedBytes()).isZero();
    }

    @Test
    void readerCopiesOnceLeasesPinTheirShare_R28() {
        slab.lease();
        Slab other = pool.allocate(1);

        assertThat(other.lease()).isEqualTo(Slab.Lease.COPY);
        assertThat(pool.pinnedBytes()).isEqualTo(SLAB);

        other.release(); // of the reader
        slab.endLease();
        assertThat(other.lease()).isEqualTo(Slab.Lease.PINNED);
    }

    @Test
    void readersCannotChangeRecords() {
        assertThatThrownBy(() -> slab.readOnly().slice(0, 8).put(0, (byte) 1))
                .isInstanceOf(ReadOnlyBufferException.class);
    }
}
