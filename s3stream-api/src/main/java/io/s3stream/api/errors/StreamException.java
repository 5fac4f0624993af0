package io.s3stream.api.errors;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything this library throws or completes a future with. {@link #kind()} says what the caller should
 * do; messages carry {@code stream=… offset=… object=…} where they are known.
 */
public class StreamException extends RuntimeException {

    /** What the caller is expected to do about a failure. */
    public enum Kind {
        /** The call itself was wrong; the message names the argument, its value and the remedy. */
        INVALID,
        /** The named stream, or what the call refers to, does not exist. */
        NOT_FOUND,
        /** The call lost against the current state: already exists, already open, wrong expected value. */
        CONFLICT,
        /** Another owner took over; this handle is finished and must be discarded. */
        FENCED,
        /** A limit was reached; the same call succeeds later. */
        BUSY,
        /** Storage did not answer, or answered with an error; the same call may succeed later. */
        UNAVAILABLE,
        /** Bytes read are not the bytes written. Never retried; the message says where. */
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
