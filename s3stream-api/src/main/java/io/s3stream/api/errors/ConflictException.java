package io.s3stream.api.errors;

import org.jspecify.annotations.Nullable;

/** The call lost against the current state; the message names what it met (an owner, an existing name). */
public class ConflictException extends StreamException {

    public ConflictException(String message) {
        this(message, null);
    }

    public ConflictException(String message, @Nullable Throwable cause) {
        super(Kind.CONFLICT, message, cause);
    }
}
