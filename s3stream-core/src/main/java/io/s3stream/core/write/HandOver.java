package io.s3stream.core.write;

/**
 * Decides when the next WAL may be written during a switch [R9]. Pure. Not final, so that tests can break it on
 * purpose.
 */
public class HandOver {

    /** Returns the end of the abandoned WAL. */
    public long sealedEnd(long ackedThrough) {
        return ackedThrough;
    }

    /** Returns whether the next WAL is written before the commit that ends the old one and begins the next. */
    public boolean precedesCommit() {
        return false;
    }
}
