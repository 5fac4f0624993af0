package io.s3stream.core.append;

/**
 * Makes the fault of a payload surface where it was read. When a mapped file was truncated, the virtual machine does not
 * throw its InternalError at the read but when the thread enters the virtual machine the next time, wherever that is. An
 * array of several dimensions, of sizes that are not constant, is always made by the virtual machine.
 */
@SuppressWarnings("UnusedVariable") // the write is what counts
final class PayloadFaults {

    private volatile int none; // not a constant for the compiler
    private byte[][] last = new byte[0][];

    /** Throws the InternalError that the last reads have caused, if any. */
    void surface() {
        last = new byte[none][none]; // kept, so that it is not optimized away
    }
}
