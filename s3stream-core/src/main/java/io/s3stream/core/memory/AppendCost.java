package io.s3stream.core.memory;

/** The memory that an append costs from its reservation until it is acknowledged or fails [R46]. */
public final class AppendCost {

    /**
     * Heap objects of one append: the pending append with its future, the caller's batch and buffer, and its share of
     * lists. Measured with records of 10 bytes.
     */
    public static final int OBJECT_BYTES = 224;

    private AppendCost() {}

    /**
     * Returns the whole cost: the objects and the encoded bytes. The bytes count until they are in a slab, which has
     * its own charge.
     */
    public static long of(int encodedBytes) {
        return (long) encodedBytes + OBJECT_BYTES;
    }

    /** Returns the cost of the objects of a number of appends. */
    public static long ofObjects(int appends) {
        return (long) appends * OBJECT_BYTES;
    }
}
