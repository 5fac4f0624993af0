package io.s3stream.core.memory;

/**
 * Makes the fault of a payload surface where the payload was read. After a mapped file was truncated, the virtual
 * machine does not throw its InternalError at the read. It throws when the thread next enters the virtual machine,
 * anywhere. The creation of an array with several dimensions and variable sizes always enters the virtual machine.
 */
@SuppressWarnings("UnusedVariable") // only the write matters
public final class PayloadFaults {

    private volatile int none; // not a constant for the compiler
    private byte[][] last = new byte[0][];

    /** Throws the InternalError that the last reads caused, if any. */
    void surface() {
        last = new byte[none][none]; // stored, so that the compiler does not remove it
    }
}
