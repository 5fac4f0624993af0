package io.s3stream.core.read.ahead;

import io.s3stream.core.read.blocks.BlockBatches;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A reader of a stream, recognised by the end of its last fetch. {@link ReadAhead} owns it and guards it by its lock,
 * except {@link #place}, which belongs to the fetch in progress.
 */
public final class Cursor {

    public final long streamId;
    /** The chunks read ahead, contiguous; the first one contains or follows {@link #position}. */
    final Deque<HeldChunk> ahead = new ArrayDeque<>();
    /** The start of the next fetch; of the present fetch while {@link #busy}. */
    long position;
    /** The start of the last fetch. */
    long lastStart;
    /** The chunk with the last batch of the last fetch, if that fetch ended with it: the reader may fetch it again. */
    private @Nullable HeldChunk passed;
    /** The start of the next chunk. */
    long planned;
    /** Where the reader wants to stop. */
    long until = Long.MAX_VALUE;
    /** Target for the bytes read ahead; grows each time the reader has to wait. */
    long window = ReadAheadPolicy.INITIAL_WINDOW;
    /** Blocks of the next chunk: twice as many as in the previous one. */
    int chunkBlocks = 1;
    /** Bytes of {@link #ahead}. */
    long aheadBytes;
    /** The reader's charge for them. */
    final AheadBytes charged = new AheadBytes();
    /** Whether the reader is known to read sequentially. */
    boolean sequential;

    long lastUsed;
    boolean busy;
    /** The end of the offsets whose indexes have been requested. */
    long indexed;
    /** Whether planning resumes when a requested index arrives. */
    boolean planning;
    /** Whether the chunks must be dropped when the present fetch ends. */
    boolean outdated;
    /** Whether the cursor was dropped: no later fetch will use its data. */
    boolean forgotten;

    public BlockBatches.@Nullable Place place;

    Cursor(long streamId, long position) {
        this.streamId = streamId;
        this.position = position;
        this.lastStart = position;
        this.planned = position;
    }

    /** Returns whether {@code start} is inside the last fetch: its reader has dropped the end of the result. */
    boolean hasJustRead(long start) {
        return lastStart < start && start < position;
    }

    /** Begins a fetch at the position, or at an offset that the last fetch {@linkplain #hasJustRead has read}. */
    void begin(long start) {
        busy = true;
        lastStart = start;
        position = start;
        if (passed != null && start < passed.chunk.end()) {
            takeBack(passed);
            passed = null;
        }
        if (ahead.isEmpty()) {
            planned = start;
        }
    }

    /** Returns the first chunk if it contains the position, otherwise null. */
    @Nullable
    HeldChunk head() {
        HeldChunk first = ahead.peekFirst();
        return first != null && first.chunk.blocks().get(0).baseOffset() <= position ? first : null;
    }

    /**
     * Returns the bytes ahead of the chunk being read. They keep requests in flight while the reader is at that chunk.
     */
    long aheadOfHead() {
        HeldChunk head = head();
        return head == null || !head.isHere() ? aheadBytes : aheadBytes - head.chunk.bytes();
    }

    /** Returns whether the window admits another chunk. */
    boolean wantsMore() {
        return aheadOfHead() < window && planned < until;
    }

    /**
     * Returns whether the next chunk may come with that of a neighbour. It may exceed the window, because a reader that is
     * one fetch behind its neighbour would otherwise always miss the GET.
     */
    boolean acceptsMore() {
        return sequential && aheadOfHead() < 2 * window && planned < until;
    }

    void add(HeldChunk held) {
        ahead.addLast(held);
        aheadBytes += held.chunk.bytes();
        charged.add(held);
        held.owner = this;
        planned = held.chunk.end();
        chunkBlocks = ReadAheadPolicy.nextChunkBlocks(chunkBlocks);
    }

    HeldChunk removeFirst() {
        HeldChunk first = ahead.removeFirst();
        aheadBytes -= first.chunk.bytes();
        charged.remove(first);
        first.owner = null;
        return first;
    }

    /** Keeps the chunk that was removed last. It stays in the budget of all readers, and is no longer ahead. */
    void keepPassed(HeldChunk removed) {
        passed = removed;
    }

    /** Returns the chunk that was kept, if any, and keeps it no longer. */
    @Nullable
    HeldChunk removePassed() {
        HeldChunk kept = passed;
        passed = null;
        return kept;
    }

    private void takeBack(HeldChunk kept) {
        ahead.addFirst(kept);
        aheadBytes += kept.chunk.bytes();
        charged.add(kept);
        kept.owner = this;
    }
}
