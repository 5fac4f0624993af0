package io.s3stream.simulation.history;

/** The checker saw something that must not happen. */
public final class HistoryViolation extends RuntimeException {

    private static final long serialVersionUID = 1;

    public HistoryViolation(String message) {
        super(message);
    }
}
