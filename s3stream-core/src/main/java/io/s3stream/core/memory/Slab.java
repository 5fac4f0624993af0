package io.s3stream.core.memory;

import io.s3stream.core.errors.StackRoom;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One use of a piece of aligned direct memory, from the first record written into it until the last reader is done. The
 * memory is pooled, the slab is not: a reader that finds an old slab in an index sees it dead for ever, whatever its
 * memory is used for by then. Reference counts are per slab: whoever writes, uploads, caches or leases holds one. [R29]
 */
public final class Slab {

    /** What came of asking for a lease. */
    public enum Lease {
        /** The slab is pinned until {@link Slab#endLease}. */
        PINNED,
        /** Leases pin their whole share of the cache: copy, and give back with {@link Slab#release}. [R28] */
        COPY,
        /** The last reference was gone: nothing is held. */
        GONE
    }

    private static final long REFERENCE = 1;
    /** A lease is a reference, too. */
    private static final long LEASE = (1L << 32) + REFERENCE;

    private final ByteBuffer memory;
    private final ByteBuffer readOnly;
    private final SlabPool pool;
    /** References in the low half, how many of them are leases in the high half; with no reference left it never changes. */
    private final AtomicLong holders = new AtomicLong(REFERENCE);

    private volatile boolean abandoned;

    Slab(ByteBuffer memory, SlabPool pool) {
        this.memory = memory;
        this.readOnly = memory.asReadOnlyBuffer();
        this.pool = pool;
    }

    /** The whole of it, for absolute access; position and limit must not be moved. */
    public ByteBuffer memory() {
        return memory;
    }

    /** The same for readers: what is sliced from it is read-only. */
    public ByteBuffer readOnly() {
        return readOnly;
    }

    public int capacity() {
        return memory.capacity();
    }

    /** One more reference, by somebody who already holds one. */
    public void retain() {
        if (!retainIfAlive()) {
            throw new IllegalStateException("retain of a slab that is gone");
        }
    }

    /** One more reference unless the last one is already gone. */
    public boolean retainIfAlive() {
        for (long present = holders.get(); references(present) > 0; present = holders.get()) {
            if (holders.compareAndSet(present, present + REFERENCE)) {
                return true;
            }
        }
        return false;
    }

    public void release() {
        letGo(REFERENCE);
    }

    /** The memory must never be reused, because something unknown may still read it; the garbage collector knows. */
    public void abandon() {
        abandoned = true;
    }

    boolean isAbandoned() {
        return abandoned;
    }

    /** A lease for a reader: a reference that pins the slab, unless leases already pin their whole share [R28]. */
    public Lease lease() {
        while (true) {
            long present = holders.get();
            if (references(present) <= 0) {
                return Lease.GONE;
            }
            boolean first = leases(present) == 0;
            boolean pinned = !first || pool.pin(capacity());
            if (holders.compareAndSet(present, present + (pinned ? LEASE : REFERENCE))) {
                return pinned ? Lease.PINNED : Lease.COPY;
            }
            if (first && pinned) {
                pool.unpin(capacity());
            }
        }
    }

    /** Gives back a lease that was {@link Lease#PINNED}. */
    public void endLease() {
        letGo(LEASE);
    }

    private void letGo(long held) {
        if (references(holders.get()) == 1) {
            StackRoom.requireLittle(); // the pool has a lock
        }
        long left = holders.addAndGet(-held);
        if (left < 0 || references(left + held) == 0) {
            throw new IllegalStateException("a slab was released more often than retained");
        }
        if (held == LEASE && leases(left) == 0) {
            pool.unpin(capacity());
        }
        if (references(left) == 0) {
            pool.recycle(this);
        }
    }

    private static int references(long holders) {
        return (int) holders;
    }

    private static int leases(long holders) {
        return (int) (holders >>> 32);
    }
}
