package io.s3stream.api.errors;

import org.jspecify.annotations.Nullable;

/** An append that was given an offset and then failed. The stream takes no more appends after it. */
public final class AppendFailedException extends StreamException {

    /** Whether the batch can still turn up after recovery. */
    public enum Outcome {
        /** It never reached the WAL and never will: safe to append again elsewhere. */
        NOT_WRITTEN,
        /** It may or may not be there after recovery: read before appending again. */
        UNKNOWN
    }

    private final Outcome outcome;

    public AppendFailedException(Kind kind, Outcome outcome, String message, @Nullable Throwable cause) {
        super(kind, message + " (outcome " + outcome + ")", cause);
        this.outcome = outcome;
    }

    public Outcome outcome() {
        return outcome;
    }

    /** Never: the handle is finished; reopen the stream first. */
    @Override
    public boolean isRetriable() {
        return false;
    }
}
