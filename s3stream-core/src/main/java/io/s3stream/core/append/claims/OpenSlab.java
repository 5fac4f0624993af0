package io.s3stream.core.append.claims;

import io.s3stream.core.memory.Slab;
import io.s3stream.layout.FrameFormat;
import io.s3stream.layout.RecordEncoder;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A slab that callers fill, frame after frame. The slab is also the queue: entry {@code n} is the {@code n}-th claim.
 *
 * <p>A claim is one compare-and-set of a word, and takes an index and a place. The word holds the number of claims, the
 * end of the last one and the start of its frame, so a claim that exceeds the target of a frame begins the next frame. A
 * caller copies its record to the place and then publishes it at the index. The append context ends a frame by changing
 * the word too. It sees a boundary as a gap between the end of a record and the place of the next one.
 *
 * <p>The word and the entries are the only shared state. Any thread claims and publishes; the append context reads
 * and clears entries. The reader holds the reference on the slab until all claims are published and read.
 */
public final class OpenSlab<E extends Claimant<E>> {

    /** Bits of the word: closed (sign), number of claims, start of the frame in units, end of the last claim. */
    private static final int POSITION_BITS = 25;

    private static final int START_BITS = 19;
    private static final int INDEX_BITS = 19;
    private static final long POSITION_MASK = (1L << POSITION_BITS) - 1;
    private static final long START_MASK = (1L << START_BITS) - 1;
    private static final int INDEX_SHIFT = POSITION_BITS + START_BITS;
    private static final int MAX_CLAIMS = (1 << INDEX_BITS) - 1;
    private static final long CLOSED = Long.MIN_VALUE;

    /** The largest slab whose positions fit the word. A larger one takes a single claim. */
    static final int MAX_SHARED_BYTES = 1 << (POSITION_BITS - 1);

    private final Slab slab;
    private final int usableBytes;
    private final FrameShape shape;
    private final long chain;
    private final int frameRoom;
    private final AtomicReferenceArray<@Nullable E> entries;
    private final AtomicLong word;
    private final RecordEncoders encoders;
    private final boolean takesOne;
    private volatile @Nullable OpenSlab<E> next;

    /**
     * @param slab the reader gets its reference
     * @param wantedBytes the requested size; the slab may be larger
     * @param chain the number of the chain that the slab belongs to
     * @param frameRoom a frame begins only where it can grow to this size, except for the first
     * @param entries empty
     */
    OpenSlab(
            Slab slab,
            int wantedBytes,
            FrameShape shape,
            long chain,
            int frameRoom,
            AtomicReferenceArray<@Nullable E> entries) {
        this.slab = slab;
        this.takesOne = wantedBytes > MAX_SHARED_BYTES;
        this.usableBytes = takesOne ? slab.capacity() : Math.min(slab.capacity(), MAX_SHARED_BYTES);
        this.shape = shape;
        this.chain = chain;
        this.frameRoom = frameRoom;
        this.entries = entries;
        this.encoders = new RecordEncoders(slab.memory());
        this.word = new AtomicLong(wordOf(0, 0, FrameFormat.HEADER_BYTES));
    }

    /** Claims a place. Returns false if the slab is closed or has no room. */
    boolean claim(E claimant) {
        int bytes = claimant.encodedBytes();
        long before = word.get();
        while (before >= 0) {
            int index = index(before);
            int end = position(before);
            int start = start(before);
            if (end + bytes - start > shape.targetBytes() && end > start + FrameFormat.HEADER_BYTES) {
                start = shape.nextFrame(end);
                end = start + FrameFormat.HEADER_BYTES;
            }
            boolean isNewFrame = end == start + FrameFormat.HEADER_BYTES && start > 0;
            if (index == entries.length()
                    || shape.nextFrame(end + bytes) > usableBytes
                    || (isNewFrame && start + frameRoom > usableBytes)) {
                return false;
            }
            long after = takesOne ? wordOf(1, start, end) : wordOf(index + 1, start, end + bytes);
            if (word.compareAndSet(before, after)) {
                claimant.placed(this, index, end);
                return true;
            }
            before = word.get();
        }
        return false;
    }

    /** Publishes a claim: its record is copied, or will never be. The reader may own the entry from now on. */
    public void publish(int index, E entry) {
        entries.set(index, entry);
    }

    public Slab slab() {
        return slab;
    }

    /** Takes an encoder for the slab, for this thread alone until {@link #giveBack}. */
    public RecordEncoder takeEncoder() {
        return encoders.take();
    }

    /** Returns an encoder for further callers. */
    public void giveBack(RecordEncoder encoder) {
        encoders.giveBack(encoder);
    }

    /** Ends claims. A slab with a successor must be linked to it first. */
    void close() {
        for (long before = word.get(); before >= 0; before = word.get()) {
            if (word.compareAndSet(before, before | CLOSED)) {
                return;
            }
        }
    }

    /**
     * Ends the frame after {@code claims} claims, so that the next claim begins another frame.
     *
     * @return false if there are further claims already, or the slab is closed
     */
    boolean endFrame(int claims) {
        long before = word.get();
        if (before < 0 || index(before) != claims) {
            return false;
        }
        // The last frame may end at the end of the slab. The slab stays open, because its chain continues elsewhere.
        int start = shape.nextFrame(position(before));
        return word.compareAndSet(before, wordOf(claims, start, start + FrameFormat.HEADER_BYTES));
    }

    /** Returns whether the frame that the next claim would extend has no claim. */
    boolean isFrameEmpty() {
        long now = word.get();
        return position(now) == start(now) + FrameFormat.HEADER_BYTES;
    }

    /** Returns the start of a frame without claims, or -1 if there is none or no room for it. */
    int emptyFrameStart() {
        long now = word.get();
        int start = start(now);
        return now >= 0
                        && isFrameEmpty()
                        && index(now) < entries.length()
                        && shape.nextFrame(start + FrameFormat.HEADER_BYTES) <= usableBytes
                ? start
                : -1;
    }

    /** Returns the number of claims so far. Final once the slab is closed. */
    int claims() {
        return index(word.get());
    }

    boolean isClosed() {
        return word.get() < 0;
    }

    /** Returns whether claims end here: the slab is closed with this number of claims. */
    boolean isOverAfter(int claims) {
        long now = word.get();
        return now < 0 && index(now) == claims;
    }

    long chain() {
        return chain;
    }

    /** Returns the entry of a published claim, or null. */
    @Nullable
    E entry(int index) {
        return index < entries.length() ? entries.get(index) : null;
    }

    /** Clears an entry that was read. */
    void clear(int index) {
        entries.setPlain(index, null);
    }

    /** Returns the array of entries for reuse. All entries must be cleared. */
    AtomicReferenceArray<@Nullable E> entries() {
        return entries;
    }

    /** Links the slab that later claims go to. Must precede {@link #close}, so that a reader of a closed slab sees it. */
    void link(OpenSlab<E> later) {
        next = later;
    }

    @Nullable
    OpenSlab<E> next() {
        return next;
    }

    /** Returns the bytes of the frame that callers fill, or 0 if it has no claim. */
    int frameBytes() {
        long now = word.get();
        int bytes = position(now) - start(now);
        return bytes == FrameFormat.HEADER_BYTES ? 0 : bytes;
    }

    private static long wordOf(int index, int start, int position) {
        return ((long) index << INDEX_SHIFT) | ((long) (start / FrameShape.UNIT) << POSITION_BITS) | position;
    }

    private static int index(long word) {
        return (int) (word >>> INDEX_SHIFT) & MAX_CLAIMS;
    }

    private static int start(long word) {
        return (int) ((word >>> POSITION_BITS) & START_MASK) * FrameShape.UNIT;
    }

    private static int position(long word) {
        return (int) (word & POSITION_MASK);
    }

    /** Returns the number of entries that a slab of this size may need. Records of a few bytes use up the entries first. */
    static int entriesFor(int slabBytes) {
        return slabBytes > MAX_SHARED_BYTES ? 1 : Math.min(MAX_CLAIMS, slabBytes / 64);
    }
}
