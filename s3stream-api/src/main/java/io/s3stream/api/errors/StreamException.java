package io.s3stream.api.errors;

import org.jspecify.annotations.Nullable;

/**
 * The root of all exceptions that this library throws or completes a future with. {@link #kind()} tells the caller how
 * to react; messages carry {@code stream=… offset=… object=…} where they are known.
 */
public class StreamException extends RuntimeException {

    /** The kind of a failure, by the expected reaction of the caller. */
    public enum Kind {
        /** The call itself was wrong; the message names the argument, its value and the remedy. */
        INVALID,
        /** The stream or node that the call names does not exist. */
        NOT_FOUND,
        /** The current state refuses the call: already exists, already open, wrong expected value. */
        CONFLICT,
        /** Another process became the owner; discard this handle. */
        FENCED,
        /** A limit was reached; the same call succeeds later. */
        BUSY,
        /** Storage did not answer, or answered with an error; the same call may succeed later. */
        UNAVAILABLE,
        /** The bytes read differ from the bytes written. Never retried; the message names the place. */
        CORRUPTED,
        /** The store or stream is closed. */
        CLOSED,
        /** A broken invariant of the library itself. */
        INTERNAL
    }

    private final Kind kind;

    public StreamException(Kind kind, String message) {
        this(kind, message, null);
    }

    public StreamException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public final Kind kind() {
        return kind;
    }

    /** Whether the same call may succeed later without the caller changing anything. */
    public boolean isRetriable() {
        return kind == Kind.BUSY || kind == Kind.UNAVAILABLE;
    }
}
