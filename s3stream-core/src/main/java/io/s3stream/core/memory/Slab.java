package io.s3stream.core.memory;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One use of a piece of aligned direct memory, from the first record written into it until the last reader is done. The
 * memory is pooled, the slab is not: a reader that finds an old slab in an index sees it dead for ever, whatever its
 * memory is used for by then. Reference counts are per slab: whoever writes, uploads, caches or leases holds one. [R29]
 */
public final class Slab {

    private final ByteBuffer memory;
    private final SlabPool pool;
    private final References references = new References();
    private final AtomicInteger leases = new AtomicInteger();
    private volatile boolean abandoned;

    Slab(ByteBuffer memory, SlabPool pool) {
        this.memory = memory;
        this.pool = pool;
    }

    /** The whole of it, for absolute access; position and limit must not be moved. */
    public ByteBuffer memory() {
        return memory;
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
        return references.retainIfAlive();
    }

    public void release() {
        if (references.release()) {
            pool.recycle(this);
        }
    }

    /** The memory must never be reused, because something unknown may still read it; the garbage collector knows. */
    public void abandon() {
        abandoned = true;
    }

    boolean isAbandoned() {
        return abandoned;
    }

    /**
     * A lease for a reader: pins the slab, unless leases already pin their whole share of the cache [R28].
     *
     * @return false: the slab is referenced all the same and may be copied from, to be given back by {@link #release}
     */
    public boolean leaseWhileRetained() {
        while (true) {
            int count = leases.get();
            if (count > 0) {
                if (leases.compareAndSet(count, count + 1)) {
                    return true;
                }
            } else if (!pool.pin(capacity())) {
                return false;
            } else if (leases.compareAndSet(0, 1)) {
                return true;
            } else {
                pool.unpin(capacity());
            }
        }
    }

    /** Gives back a lease and the reference under it. */
    public void endLease() {
        if (leases.decrementAndGet() == 0) {
            pool.unpin(capacity());
        }
        release();
    }
}
