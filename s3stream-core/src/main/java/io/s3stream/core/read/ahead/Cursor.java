package io.s3stream.core.read.ahead;

import io.s3stream.core.read.blocks.BlockBatches;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * One reader of a stream, recognised by where its last fetch ended. Owned by {@link ReadAhead} and guarded by its lock,
 * except {@link #place}, which belongs to the fetch under way.
 */
public final class Cursor {

    private static final long FIRST_WINDOW = 2L << 20;
    private static final int MOST_BLOCKS = 1 << 16;

    public final long streamId;
    /** The chunks read ahead, contiguous, the first containing {@link #position} or following it. */
    final Deque<HeldChunk> ahead = new ArrayDeque<>();
    /** Where the next fetch begins; that of the one under way while {@link #busy}. */
    long position;
    /** Where the next chunk begins. */
    long planned;
    /** Where the reader wants to stop. */
    long until = Long.MAX_VALUE;
    /** Bytes to have ahead; grows while the reader has to wait. */
    long window = FIRST_WINDOW;
    /** Blocks of the next chunk: twice as many as of the one before. */
    int chunkBlocks = 1;
    /** Bytes of {@link #ahead}. */
    long aheadBytes;
    /** What the reader is charged for them. */
    final AheadBytes charged = new AheadBytes();
    /** Whether it is known to read on. */
    boolean sequential;

    long lastUsed;
    boolean busy;
    /** Up to here indexes of objects have been asked for. */
    long indexed;
    /** An index on its way will go on with the planning. */
    boolean planning;
    /** Nobody will come back for what it reads. */
    boolean forgotten;

    public BlockBatches.@Nullable Place place;

    Cursor(long streamId, long position) {
        this.streamId = streamId;
        this.position = position;
        this.planned = position;
    }

    /** The chunk with the position, which is the first one if any. */
    @Nullable
    HeldChunk head() {
        HeldChunk first = ahead.peekFirst();
        return first != null && first.chunk.blocks().get(0).baseOffset() <= position ? first : null;
    }

    /** Bytes ahead of the chunk that is being read: what keeps requests on their way while the reader is at that one. */
    long aheadOfHead() {
        HeldChunk head = head();
        return head == null || !head.isHere() ? aheadBytes : aheadBytes - head.chunk.bytes();
    }

    void add(HeldChunk held) {
        ahead.addLast(held);
        aheadBytes += held.chunk.bytes();
        charged.add(held);
        held.owner = this;
        planned = held.chunk.end();
        chunkBlocks = Math.min(chunkBlocks * 2, MOST_BLOCKS);
    }

    HeldChunk removeFirst() {
        HeldChunk first = ahead.removeFirst();
        aheadBytes -= first.chunk.bytes();
        charged.remove(first);
        first.owner = null;
        return first;
    }
}
