package io.s3stream.api.errors;

import org.jspecify.annotations.Nullable;

/**
 * The current state refuses the call; the message names the obstacle. A subclass carries the facts that a caller acts
 * on: {@link StreamOpenElsewhereException}, {@link StaleEpochException}, {@link OffsetConflictException}, {@link
 * NodeEpochConflictException} and {@link AlreadyExistsException}. The others need an operator, or a second attempt later: a lock that another process holds, a
 * medium of another store, a second switch of the WAL, a quarantined stream.
 */
public class ConflictException extends StreamException {

    public ConflictException(String message) {
        this(message, null);
    }

    public ConflictException(String message, @Nullable Throwable cause) {
        super(Kind.CONFLICT, message, cause);
    }
}
