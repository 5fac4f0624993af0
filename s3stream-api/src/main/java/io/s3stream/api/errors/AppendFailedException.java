package io.s3stream.api.errors;

import org.jspecify.annotations.Nullable;

/** An append got an offset and then failed. The handle refuses further appends. */
public final class AppendFailedException extends StreamException {

    /** Whether the batch can be there after recovery. */
    public enum Outcome {
        /** The batch never reached the WAL and never will: safe to append again elsewhere. */
        NOT_WRITTEN,
        /** The batch may or may not be there after recovery: read before you append again. */
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

    /** Returns false: close the handle and open the stream again first. */
    @Override
    public boolean isRetriable() {
        return false;
    }
}
