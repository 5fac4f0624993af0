package io.s3stream.core.read.ahead;

import java.util.ArrayList;
import java.util.List;

/**
 * Chunks of several readers that one GET brings into one buffer. The buffer stays in memory until its last chunk is
 * released. So the bytes of released chunks, and of the gaps between chunks, stay in the budget of all readers until
 * then. {@link AheadBudget} owns it. Guarded by the lock of {@link ReadAhead}.
 */
final class JoinedRead {

    private final List<HeldChunk> held;
    private final long gapBytes;
    private long leftBytes;

    /**
     * @param chunks in order of position, all of one object
     * @param gapBytes bytes between the chunks
     */
    JoinedRead(List<HeldChunk> chunks, long gapBytes) {
        this.held = new ArrayList<>(chunks);
        this.gapBytes = gapBytes;
        chunks.forEach(chunk -> chunk.joined = this);
    }

    /** Returns the chunks that readers still hold. */
    List<HeldChunk> held() {
        return List.copyOf(held);
    }

    /** Removes a chunk that was released, or moved to a buffer of its own. */
    void leave(HeldChunk chunk) {
        chunk.joined = null;
        held.remove(chunk);
        leftBytes += chunk.bytesBrought();
    }

    /** Returns the bytes of the buffer that are charged to no reader. */
    long unownedBytes() {
        return held.isEmpty() ? 0 : gapBytes + leftBytes;
    }

    /** Returns whether copies of the held chunks need at most half of the buffer, and no fetch uses these chunks. */
    boolean isWorthMoving() {
        long bytes = held.stream().mapToLong(HeldChunk::bytesBrought).sum();
        return bytes <= unownedBytes() && held.stream().allMatch(HeldChunk::isMovable);
    }

    /** Takes a reference on each held block for the copy. */
    List<ChunkMove> beginMove() {
        return held.stream().map(ChunkMove::of).toList();
    }
}
