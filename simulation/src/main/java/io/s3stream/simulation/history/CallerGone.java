package io.s3stream.simulation.history;

/** Reports that a caller completed its future itself and does not wait any longer. */
public final class CallerGone extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public CallerGone() {
        super("simulated: the caller stopped waiting");
    }
}
