package io.s3stream.api.errors;

import org.jspecify.annotations.Nullable;

/** Object storage, register or WAL medium failed or did not answer. */
public class StorageException extends StreamException {

    public StorageException(String message) {
        this(message, null);
    }

    public StorageException(String message, @Nullable Throwable cause) {
        super(Kind.UNAVAILABLE, message, cause);
    }
}
