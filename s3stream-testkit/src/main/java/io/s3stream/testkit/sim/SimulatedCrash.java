package io.s3stream.testkit.sim;

/** Ends the present event of a node that crashed in it. */
public final class SimulatedCrash extends Error {

    private static final long serialVersionUID = 1;

    SimulatedCrash(String step) {
        super("crash at " + step, null, false, false);
    }
}
