package io.s3stream.core.write;

/**
 * When the next WAL may be written [R9]: pure decisions of a switch. Not final, so that tests can break them on purpose.
 */
public class HandOver {

    /** Where the WAL that was given up ends. */
    public long sealedEnd(long ackedThrough) {
        return ackedThrough;
    }

    /** Whether the next WAL is written before the commit that ends the old one and begins the next. */
    public boolean precedesCommit() {
        return false;
    }
}
