package io.s3stream.simulation.history;

/** A violation that the checker found. */
public final class HistoryViolation extends RuntimeException {

    private static final long serialVersionUID = 1;

    public HistoryViolation(String message) {
        super(message);
    }
}
