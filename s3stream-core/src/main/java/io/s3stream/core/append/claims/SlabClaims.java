package io.s3stream.core.append.claims;

import io.s3stream.core.errors.StackRoom;
import io.s3stream.core.memory.FrameRoom;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.Slab;
import io.s3stream.core.memory.SlabPool;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The slabs that callers claim places in: a chain, of which the last slab takes claims. A caller that finds it full adds
 * the next one. If there is no memory for it, the chain closes and {@link #claim} refuses; such appends use the queue of
 * the append context. Once that context has read the whole chain and its queue, it permits the next chain.
 *
 * <p>Chains are numbered by the closings before them. A refused append belongs after the chain whose closing refused it,
 * and before all later chains. So the context can order both ways into the WAL. Thread-safe.
 */
public final class SlabClaims<E extends Claimant<E>> {

    /** The result of a claim that got a place. */
    public static final long PLACED = 0;

    /** The turn of the first append that is refused. */
    public static final long FIRST_TURN = 1;

    private enum State {
        /** No slab; the next claim begins a chain. */
        READY,
        OPEN,
        CLOSED
    }

    private final SlabPool pool;
    private final MemoryBudget budget;
    private final Object lock = new Object();
    private final AtomicReference<@Nullable AtomicReferenceArray<@Nullable E>> spareEntries = new AtomicReference<>();

    private volatile @Nullable OpenSlab<E> current; // takes claims; written under the lock
    private volatile @Nullable OpenSlab<E> head; // of a chain that the reader has not taken; written under the lock
    private State state = State.READY; // guarded by lock, like the rest
    private long closings;
    private FrameShape shape;
    private FrameRoom room;
    private volatile boolean learns; // whether the sizes of frames matter

    public SlabClaims(SlabPool pool, MemoryBudget budget, FrameShape shape) {
        this.pool = pool;
        this.budget = budget;
        this.shape = shape;
        this.room = roomFor(shape);
        this.learns = shape.isCostly();
    }

    private FrameRoom roomFor(FrameShape frames) {
        int largest = Math.min(frames.targetBytes(), OpenSlab.MAX_SHARED_BYTES);
        return new FrameRoom(pool.slabBytes(), frames.isCostly() ? largest : 0);
    }

    /**
     * Claims a place. Calls nothing after it has taken the place, except {@link Claimant#placed}.
     *
     * @return {@link #PLACED}, or the number of closings, which is the turn of the append in the queue
     */
    public long claim(E claimant) {
        OpenSlab<E> open = current;
        return open != null && open.claim(claimant) ? PLACED : claimSlowly(claimant);
    }

    private long claimSlowly(E claimant) {
        synchronized (lock) {
            while (state != State.CLOSED) {
                OpenSlab<E> open = current;
                if (open != null && open.claim(claimant)) {
                    return PLACED;
                }
                StackRoom.require(); // an overflow in the middle would lose the slab
                OpenSlab<E> added = newSlab(claimant.encodedBytes());
                if (added == null) {
                    closeLocked();
                } else if (extend(added, claimant)) {
                    return PLACED;
                }
            }
            return closings;
        }
    }

    /** Returns the next slab, with room for these bytes, or null if the budget or the process has no memory for it. */
    private @Nullable OpenSlab<E> newSlab(int bytes) {
        OpenSlab<E> last = current;
        int cut = last == null ? 0 : last.frameBytes();
        if (cut > 0 && cut + bytes <= shape.targetBytes()) {
            room.onCut(cut);
        }
        int shared = Math.min(room.nextSlabBytes(), OpenSlab.MAX_SHARED_BYTES);
        int wanted = Math.max(shape.bytesOfSingle(bytes), shared);
        if (budget.used() > budget.limit()) {
            return null; // like the slab of a frame: one may exceed the limit, and then no append is admitted
        }
        try {
            AtomicReferenceArray<@Nullable E> entries = entriesFor(wanted);
            return open(pool.allocate(wanted), wanted, entries);
        } catch (OutOfMemoryError e) {
            return null;
        }
    }

    /**
     * Adds a slab to the chain, or begins one. The claim comes first, because other callers could use up the slab of a
     * large record. Returns whether it got its place.
     */
    private boolean extend(OpenSlab<E> added, E claimant) {
        OpenSlab<E> last = current;
        if (last == null) {
            head = added;
        } else {
            last.link(added);
            last.close();
        }
        boolean isPlaced = added.claim(claimant);
        current = added;
        state = State.OPEN;
        return isPlaced;
    }

    private OpenSlab<E> open(Slab slab, int wanted, AtomicReferenceArray<@Nullable E> entries) {
        try {
            return new OpenSlab<>(slab, wanted, shape, closings, room.wanted(), entries);
        } catch (Throwable e) {
            slab.release();
            throw e;
        }
    }

    private AtomicReferenceArray<@Nullable E> entriesFor(int slabBytes) {
        int wanted = OpenSlab.entriesFor(slabBytes);
        AtomicReferenceArray<@Nullable E> spare = spareEntries.getAndSet(null);
        return spare != null && spare.length() == wanted ? spare : new AtomicReferenceArray<>(wanted);
    }

    /** Keeps the entries of a slab that was read for the next one. */
    void recycle(OpenSlab<E> read) {
        spareEntries.set(read.entries());
    }

    /** Closes the chain. Later claims are refused until {@link #permit}. */
    public void close() {
        synchronized (lock) {
            if (state != State.CLOSED) {
                closeLocked();
            }
        }
    }

    private void closeLocked() {
        OpenSlab<E> open = current;
        if (open != null) {
            open.close();
        }
        current = null;
        state = State.CLOSED;
        closings++;
    }

    /**
     * Permits claims again. The caller must have read the whole chain, and the queue up to its closing.
     *
     * @param next the shape of frames from now on
     */
    public void permit(FrameShape next) {
        synchronized (lock) {
            if (state == State.CLOSED) {
                if (!next.equals(shape)) {
                    shape = next;
                    room = roomFor(next);
                    learns = next.isCostly();
                }
                state = State.READY;
            }
        }
    }

    /** Notes the size of a frame that was issued from the chain: the next slab has room for such frames. */
    public void issued(int frameBytes) {
        if (learns) {
            synchronized (lock) {
                room.onFrame(frameBytes);
            }
        }
    }

    /** Returns the number of the chain that was not taken by {@link #takeHead}, or -1 if there is none. */
    long chainToRead() {
        OpenSlab<E> first = head;
        return first == null ? -1 : first.chain();
    }

    /** Takes the first slab of a new chain, or returns null. */
    @Nullable
    OpenSlab<E> takeHead() {
        if (head == null) {
            return null; // without the lock: an idle context looks at each drain
        }
        synchronized (lock) {
            OpenSlab<E> first = head;
            head = null;
            return first;
        }
    }

    /** Returns whether refused appends use the queue. */
    public boolean isClosed() {
        if (current != null) {
            return false;
        }
        synchronized (lock) {
            return state == State.CLOSED;
        }
    }
}
