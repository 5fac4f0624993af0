package io.s3stream.api;

import io.s3stream.api.errors.StreamException;
import java.util.Optional;

/**
 * The reason why a stream handle ended.
 *
 * @param error present for {@link Cause#FENCED} and {@link Cause#FAILED}, and for a {@link Cause#CLOSED} whose close
 *     failed
 */
public record CloseReason(Cause cause, Optional<StreamException> error) {

    /** The event that ended the handle. */
    public enum Cause {
        /** The caller closed the handle. */
        CLOSED,
        /** The store was closed. */
        STORE_CLOSED,
        /** The stream was deleted. */
        DELETED,
        /** Another process has become this node. The handle acknowledges no further append. */
        FENCED,
        /**
         * An append failed, or a part of the store did. The handle refuses further appends; fetches of older data still
         * succeed. Close the handle, or the store if {@link StreamStore#state()} says so, and open it again.
         */
        FAILED
    }

    /** A reason without an error. */
    public static CloseReason of(Cause cause) {
        return new CloseReason(cause, Optional.empty());
    }

    public static CloseReason of(Cause cause, StreamException error) {
        return new CloseReason(cause, Optional.of(error));
    }
}
