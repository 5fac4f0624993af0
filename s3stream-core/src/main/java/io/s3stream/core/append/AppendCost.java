package io.s3stream.core.append;

/** Memory that an append costs from its reservation until it is acknowledged or has failed [R46]. */
final class AppendCost {

    /**
     * Objects on the heap for one append: the pending append with its future, the caller's batch and buffer, and its share
     * of lists. Measured with records of 10 bytes.
     */
    static final int OBJECT_BYTES = 224;

    private AppendCost() {}

    /** All of it: the encoded bytes until they are in a slab, which is charged by itself, and the objects. */
    static long of(int encodedBytes) {
        return (long) encodedBytes + OBJECT_BYTES;
    }

    /** The objects of a number of appends. */
    static long ofObjects(int appends) {
        return (long) appends * OBJECT_BYTES;
    }
}
