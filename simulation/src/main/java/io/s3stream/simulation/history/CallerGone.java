package io.s3stream.simulation.history;

/** A caller completed the future that it had been given: it does not wait any longer. */
public final class CallerGone extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public CallerGone() {
        super("simulated: the caller stopped waiting");
    }
}
