package io.s3stream.core.append.claims;

import io.s3stream.core.append.rules.ClaimRule;
import io.s3stream.core.memory.Slab;
import io.s3stream.layout.FrameFormat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads published claims in their order, one frame at a time. Owned by the append context. Holds the reference on the slab
 * being read.
 *
 * <p>A frame whose records must be copied elsewhere is marked: a caller has not published yet and the WAL is idle, a
 * record must be left out, or the WAL has changed. Then only the records count, not their place.
 */
public final class ClaimReader<E extends Claimant<E>> {

    /** The state of the frame being read. */
    public enum Progress {
        /** No record was published since the last frame. */
        NOTHING,
        /** All claims are published, and callers may still extend the frame. */
        GROWING,
        /** All claims of the frame are published, and it cannot grow. */
        COMPLETE,
        /** A claim is not published, and may belong to the frame. */
        GAP
    }

    private static final int NOWHERE = -1;

    private final SlabClaims<E> claims;
    private final ClaimRule rule;
    private @Nullable OpenSlab<E> slab;
    private int index; // of the next claim to read
    private int end = NOWHERE; // of the last record that was read from the slab
    private int start;
    private boolean mustCopy;
    private boolean mustCopyAll;
    private List<E> records = new ArrayList<>();
    private int copied; // of these records, the number that are elsewhere

    public ClaimReader(SlabClaims<E> claims, ClaimRule rule) {
        this.claims = claims;
        this.rule = rule;
    }

    /** Reads up to the end of a frame, to a claim that is not published, or to the last claim. */
    public Progress read() {
        while (hasSlab()) {
            OpenSlab<E> from = current();
            E next = from.entry(index);
            if (next != null) {
                if (!records.isEmpty() && next.claimedPlace() != end) {
                    return Progress.COMPLETE;
                }
                add(from, next);
            } else if (from.claims() != index) {
                if (from.entry(index) != null) {
                    continue; // it was published between the two looks
                }
                if (!rule.releasesEarly() || !from.isClosed()) {
                    return gap();
                }
                leave(from);
            } else if (!records.isEmpty()) {
                return from.isOverAfter(index) ? Progress.COMPLETE : Progress.GROWING;
            } else if (!leaveIfOver(from)) {
                return Progress.NOTHING;
            }
        }
        return Progress.NOTHING;
    }

    private Progress gap() {
        if (rule.endsIncompleteFrames()) {
            index++;
            return Progress.COMPLETE;
        }
        return Progress.GAP;
    }

    private boolean hasSlab() {
        if (slab == null) {
            slab = claims.takeHead();
            index = 0;
            end = NOWHERE;
            mustCopyAll = false;
        }
        return slab != null;
    }

    private void add(OpenSlab<E> from, E next) {
        if (next.claimedPlace() != end) {
            start = next.claimedPlace() - FrameFormat.HEADER_BYTES;
            mustCopy = mustCopyAll;
        }
        if (!next.isCopied()) {
            mustCopy = true;
        }
        records.add(next); // first, because it may fail
        from.clear(index);
        index++;
        end = next.claimedPlace() + next.encodedBytes();
    }

    /** Goes to the next slab of the chain if all claims of this one are read. */
    private boolean leaveIfOver(OpenSlab<E> from) {
        if (!from.isOverAfter(index)) {
            return false;
        }
        leave(from);
        return true;
    }

    private void leave(OpenSlab<E> from) {
        slab = from.next();
        index = 0;
        end = NOWHERE;
        claims.recycle(from);
        from.slab().release();
    }

    /**
     * Ends the growing frame.
     *
     * @return false if it has grown since
     */
    public boolean endFrame() {
        return current().isFrameEmpty() || current().endFrame(index);
    }

    /** Returns the records of the frame, except records that were copied elsewhere. */
    public List<E> records() {
        return copied == 0 ? records : records.subList(copied, records.size());
    }

    /** Returns the claims that are in no frame. */
    public int unread() {
        OpenSlab<E> from = slab;
        return records.size() - copied + (from == null ? 0 : from.claims() - index);
    }

    /** Returns whether records wait for a frame. */
    public boolean hasRecords() {
        return !records.isEmpty();
    }

    /** Returns the next record to copy elsewhere. */
    public E peek() {
        return records.get(copied);
    }

    /** Removes the record that {@link #peek} returned. */
    public void remove() {
        copied++;
        if (copied == records.size()) {
            records.clear();
            copied = 0;
        }
    }

    /** Returns whether the records cannot be written from where they are. */
    public boolean mustCopy() {
        return mustCopy;
    }

    /** Marks the frame: its records must be copied. It applies to the records that follow in the same frame, too. */
    public void copyFrame() {
        mustCopy = true;
    }

    /** Marks the frame, because it has a gap and cannot wait. Later claims begin another frame, which need not be copied. */
    public void copyBeforeGap() {
        mustCopy = true;
        OpenSlab<E> from = current();
        if (!from.isFrameEmpty()) {
            from.endFrame(from.claims()); // if a claim comes between, it is copied too
        }
    }

    /** Returns whether a slab that is larger than {@code bytes} is kept only for claims that may never come. */
    public boolean keepsMoreThan(int bytes) {
        OpenSlab<E> from = slab;
        return from != null && records.isEmpty() && from.slab().capacity() > bytes && from.claims() == index;
    }

    /** Marks everything in the present chain: the WAL has changed, and frames have another shape. */
    public void copyChain() {
        if (hasSlab()) {
            mustCopyAll = true;
            mustCopy = true;
        }
    }

    public Slab slab() {
        return current().slab();
    }

    public int start() {
        return start;
    }

    public int bodyBytes() {
        return end - start - FrameFormat.HEADER_BYTES;
    }

    /**
     * Hands over the records of the frame, and continues after them.
     *
     * @param next an empty list for the next frame. The caller creates it in advance, because that may fail
     */
    public void take(List<E> next) {
        records = next;
        copied = 0;
    }

    /**
     * Claims an empty frame, if callers could extend the present slab and no record waits.
     *
     * @return its start, or -1
     */
    public int takeEmptyFrame() {
        OpenSlab<E> from = slab;
        if (from == null || !records.isEmpty() || from.claims() != index) {
            return NOWHERE;
        }
        int at = from.emptyFrameStart();
        if (at < 0 || !from.endFrame(index)) {
            return NOWHERE;
        }
        start = at;
        end = at + FrameFormat.HEADER_BYTES;
        return at;
    }

    /** Returns the number of the chain being read or to be read, or -1 if there is none. */
    public long chain() {
        OpenSlab<E> from = slab;
        return from == null ? claims.chainToRead() : from.chain();
    }

    private OpenSlab<E> current() {
        if (slab == null) {
            throw new IllegalStateException("no slab is being read");
        }
        return slab;
    }
}
