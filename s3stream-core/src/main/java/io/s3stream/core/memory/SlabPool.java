package io.s3stream.core.memory;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands out slabs of aligned direct memory and takes their memory back. Owner of the ledger: how many bytes of slabs are
 * out, charged to the {@link MemoryBudget}. Thread-safe. Not final, so that a test can break the rule it keeps: memory is
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
        ByteBuffer memory = bytes > slabBytes
                ? allocateMemory(Math.addExact(bytes, alignment - 1) & -alignment)
                : Objects.requireNonNullElseGet(free.poll(), () -> allocateMemory(slabBytes));
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

    private ByteBuffer allocateMemory(int bytes) {
        return ByteBuffer.allocateDirect(bytes + alignment)
                .alignedSlice(alignment)
                .slice(0, bytes);
    }

    void recycle(Slab slab) {
        outstanding.addAndGet(-slab.capacity());
        budget.release(slab.capacity());
        if (slab.capacity() == slabBytes && mayReuse(slab)) {
            free.add(slab.memory());
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
