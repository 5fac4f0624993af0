package io.s3stream.api.errors;

import org.jspecify.annotations.Nullable;

/** An argument or option is wrong; the message names it, its value and the remedy. */
public class InvalidRequestException extends StreamException {

    public InvalidRequestException(String message) {
        this(message, null);
    }

    public InvalidRequestException(String message, @Nullable Throwable cause) {
        super(Kind.INVALID, message, cause);
    }
}
