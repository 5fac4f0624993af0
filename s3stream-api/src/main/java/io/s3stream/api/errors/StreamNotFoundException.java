package io.s3stream.api.errors;

import org.jspecify.annotations.Nullable;

/** The stream does not exist (or no longer). */
public class StreamNotFoundException extends StreamException {

    public StreamNotFoundException(String message) {
        this(message, null);
    }

    public StreamNotFoundException(String message, @Nullable Throwable cause) {
        super(Kind.NOT_FOUND, message, cause);
    }
}
