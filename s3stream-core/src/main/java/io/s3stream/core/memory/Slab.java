package io.s3stream.core.memory;

import io.s3stream.core.errors.StackRoom;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A single use of a piece of aligned direct memory, from the first record written into it until the last reader is
 * done. The pool reuses the memory but never the slab object. So a reader that finds an old slab in an index sees a
 * dead slab, even when the memory is in use again. Each slab has one reference count: each writer, upload, cache entry
 * and lease holds a reference [R29].
 */
public final class Slab {

    /** The result of a request for a lease. */
    public enum Lease {
        /** The slab is pinned until {@link Slab#endLease}. */
        PINNED,
        /**
         * Leases already pin their whole share of the cache. The caller must copy, and then call {@link Slab#release}
         * [R28].
         */
        COPY,
        /** The slab had no reference left. The caller holds nothing. */
        GONE
    }

    private static final long REFERENCE = 1;
    /** A lease counts as a reference, too. */
    private static final long LEASE = (1L << 32) + REFERENCE;

    private final ByteBuffer memory;
    private final ByteBuffer readOnly;
    private final SlabPool pool;
    /**
     * Low half: number of references. High half: number of leases among them. The value is final once no reference is
     * left.
     */
    private final AtomicLong holders = new AtomicLong(REFERENCE);

    private volatile boolean abandoned;

    Slab(ByteBuffer memory, SlabPool pool) {
        this.memory = memory;
        this.readOnly = memory.asReadOnlyBuffer();
        this.pool = pool;
    }

    /** Returns the whole memory for absolute access. Callers must not move position and limit. */
    public ByteBuffer memory() {
        return memory;
    }

    /** Returns the same memory for readers: its slices are read-only. */
    public ByteBuffer readOnly() {
        return readOnly;
    }

    public int capacity() {
        return memory.capacity();
    }

    /** Adds a reference. The caller must already hold one. */
    public void retain() {
        if (!retainIfAlive()) {
            throw new IllegalStateException("retain of a slab without references");
        }
    }

    /** Adds a reference unless the count is zero. Returns whether it did. */
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

    /** Excludes the memory from reuse, because an unknown reader may still use it. The garbage collector frees it. */
    public void abandon() {
        abandoned = true;
    }

    boolean isAbandoned() {
        return abandoned;
    }

    /**
     * Takes a lease for a reader: a reference that pins the slab, unless leases already pin their whole share [R28].
     */
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

    /** Ends a lease that was {@link Lease#PINNED}. */
    public void endLease() {
        letGo(LEASE);
    }

    private void letGo(long held) {
        if (references(holders.get()) == 1) {
            StackRoom.requireLittle(); // the pool takes a lock
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
