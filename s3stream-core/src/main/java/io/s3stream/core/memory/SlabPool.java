package io.s3stream.core.memory;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands out slabs of aligned direct memory and takes their memory back. Owner of the ledger: how many bytes of slabs are
 * out, charged to the {@link MemoryBudget}, and how many are kept for the next ones. Together they stay within the budget:
 * what does not fit is left to the garbage collector [R46]. Thread-safe. Not final, so that a test can break the rule it keeps: memory is
 * used again only when the last reference is gone.
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
    private final AtomicLong kept = new AtomicLong(); // bytes of both

    /**
     * @param slabBytes of an ordinary slab, a multiple of {@code alignment}
     * @param pinLimit how many bytes of slabs readers' leases may pin
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

    /** A slab of at least {@code bytes}, with one reference, which is the caller's. Charged even over the budget. */
    public Slab allocate(int bytes) {
        ByteBuffer memory = bytes > slabBytes ? large(bytes) : ordinary();
        budget.charge(memory.capacity()); // only now: there may have been no memory
        return newSlab(memory);
    }

    /** Bytes of slabs that somebody still holds; zero after an orderly close. */
    public long outstandingBytes() {
        return outstanding.get();
    }

    /** Bytes of slabs that readers' leases pin. */
    public long pinnedBytes() {
        return pinned.get();
    }

    /** How many they may pin. */
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
            // until it fits, or nothing is kept any more
        }
        try {
            return direct(bytes);
        } catch (OutOfMemoryError e) {
            if (!dropOne()) {
                throw e;
            }
            while (dropOne()) {
                // all of it: the process needs it
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

    /** Leaves memory that is kept to the garbage collector; false if there is none. */
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

    /** Bytes of memory that is kept for the next slabs. */
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

    /** Whether nobody can still read the memory of a slab whose last reference is gone. */
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
