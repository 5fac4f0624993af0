package io.s3stream.core.memory;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands out slabs of aligned direct memory and takes their memory back. Owns two counts: the bytes of slabs in use,
 * charged to the {@link MemoryBudget}, and the bytes kept for reuse. Their sum stays within the budget: the garbage
 * collector gets memory that does not fit [R46]. Thread-safe.
 *
 * <p>Not final, so that a test can break its rule: memory is reused only after the last reference is gone.
 */
public class SlabPool {

    private final int slabBytes;
    private final int alignment;
    private final MemoryBudget budget;
    private final long pinLimit;
    private final AtomicLong pinned = new AtomicLong();
    private final AtomicLong outstanding = new AtomicLong();
    private final ConcurrentLinkedQueue<ByteBuffer> free = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<ByteBuffer> freeLarge = new ConcurrentLinkedQueue<>();
    private final AtomicLong kept = new AtomicLong(); // bytes in both queues

    /**
     * @param slabBytes size of an ordinary slab, a multiple of {@code alignment}
     * @param pinLimit maximum of bytes of slabs that leases of readers may pin
     */
    public SlabPool(int slabBytes, int alignment, MemoryBudget budget, long pinLimit) {
        this.slabBytes = slabBytes;
        this.alignment = alignment;
        this.budget = budget;
        this.pinLimit = pinLimit;
    }

    public int slabBytes() {
        return slabBytes;
    }

    /**
     * Allocates a slab of at least {@code bytes}. The caller owns its one reference. The slab is charged even beyond
     * the budget.
     */
    public Slab allocate(int bytes) {
        ByteBuffer memory = bytes > slabBytes ? large(bytes) : ordinary();
        budget.charge(memory.capacity()); // only now, because the allocation may fail
        return newSlab(memory);
    }

    /** Returns the bytes of slabs that have references. Zero after an orderly close. */
    public long outstandingBytes() {
        return outstanding.get();
    }

    /** Returns the bytes of slabs that leases of readers pin. */
    public long pinnedBytes() {
        return pinned.get();
    }

    /** Returns the maximum of {@link #pinnedBytes}. */
    public long pinLimit() {
        return pinLimit;
    }

    private Slab newSlab(ByteBuffer memory) {
        outstanding.addAndGet(memory.capacity());
        return new Slab(memory, this);
    }

    private ByteBuffer ordinary() {
        ByteBuffer memory = free.poll();
        if (memory == null) {
            return allocateMemory(slabBytes);
        }
        kept.addAndGet(-slabBytes);
        return memory;
    }

    private ByteBuffer large(int bytes) {
        int capacity = Math.addExact(bytes, alignment - 1) & -alignment;
        for (ByteBuffer memory : freeLarge) {
            if (memory.capacity() >= capacity && memory.capacity() / 2 <= capacity && freeLarge.remove(memory)) {
                kept.addAndGet(-memory.capacity());
                return memory;
            }
        }
        return allocateMemory(capacity);
    }

    private ByteBuffer allocateMemory(int bytes) {
        while (!isWithinBudget(bytes) && dropOne()) {
            // until the slab fits or no kept memory is left
        }
        try {
            return direct(bytes);
        } catch (OutOfMemoryError e) {
            if (!dropOne()) {
                throw e;
            }
            while (dropOne()) {
                // drop everything: the process needs the memory
            }
            return direct(bytes);
        }
    }

    private ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes + alignment)
                .alignedSlice(alignment)
                .slice(0, bytes);
    }

    private boolean isWithinBudget(int more) {
        return budget.used() + kept.get() + more <= budget.limit();
    }

    /** Drops one piece of kept memory. Returns false if there is none. */
    private boolean dropOne() {
        ByteBuffer memory = freeLarge.poll();
        if (memory == null) {
            memory = free.poll();
        }
        if (memory == null) {
            return false;
        }
        kept.addAndGet(-memory.capacity());
        return true;
    }

    /** Returns the bytes of memory kept for reuse. */
    public long keptBytes() {
        return kept.get();
    }

    void recycle(Slab slab) {
        int capacity = slab.capacity();
        outstanding.addAndGet(-capacity);
        budget.release(capacity);
        if (mayReuse(slab) && isWithinBudget(capacity)) {
            kept.addAndGet(capacity);
            (capacity == slabBytes ? free : freeLarge).add(slab.memory());
        }
    }

    /** Returns whether no reader can still use the memory of a slab without references. */
    protected boolean mayReuse(Slab slab) {
        return !slab.isAbandoned();
    }

    boolean pin(int bytes) {
        if (pinned.addAndGet(bytes) > pinLimit) {
            pinned.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void unpin(int bytes) {
        pinned.addAndGet(-bytes);
    }
}
