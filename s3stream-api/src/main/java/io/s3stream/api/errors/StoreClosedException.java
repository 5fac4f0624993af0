package io.s3stream.api.errors;

import org.jspecify.annotations.Nullable;

/** The store or stream was closed. */
public class StoreClosedException extends StreamException {

    public StoreClosedException(String message) {
        this(message, null);
    }

    public StoreClosedException(String message, @Nullable Throwable cause) {
        super(Kind.CLOSED, message, cause);
    }
}
