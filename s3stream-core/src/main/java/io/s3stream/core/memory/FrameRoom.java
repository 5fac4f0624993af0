package io.s3stream.core.memory;

/**
 * Chooses slabs in which a frame is not cut at the slab's end, because a cut costs one write more. Learns the sizes of
 * recent frames. A slab is large enough for one or more of them, so little of it stays unused. Not
 * thread-safe.
 */
public final class FrameRoom {

    private final int slabBytes;
    private final int stepBytes; // few sizes, so that the pool can reuse slabs
    private final int maxBytes;
    private int expected;

    /**
     * @param slabBytes size of an ordinary slab
     * @param maxBytes the largest frame that deserves a slab of its own; 0 leaves all frames to ordinary slabs
     */
    public FrameRoom(int slabBytes, int maxBytes) {
        this.slabBytes = slabBytes;
        this.stepBytes = Math.max(1, slabBytes / 8);
        this.maxBytes = maxBytes;
    }

    /** Returns the room that the next frame probably needs: an eighth more than the largest of the recent frames. */
    public int wanted() {
        return (int) Math.min(maxBytes, expected + expected / 8L);
    }

    /** Returns the size of the next slab. */
    public int nextSlabBytes() {
        int wanted = wanted();
        if (wanted <= stepBytes) {
            return slabBytes; // a cut-off rest is small
        }
        long frames = (slabBytes + wanted - 1L) / wanted;
        return (int) Math.min(Integer.MAX_VALUE, (frames * wanted + stepBytes - 1) / stepBytes * stepBytes);
    }

    /** Notes the size of an issued frame. */
    public void onFrame(int bytes) {
        expected = Math.max(Math.min(bytes, maxBytes), expected - expected / 8);
    }

    /** Notes a frame that would have grown beyond its slab. */
    public void onCut(int bytes) {
        expected = (int) Math.max(expected, Math.min(maxBytes, 2L * bytes));
    }
}
