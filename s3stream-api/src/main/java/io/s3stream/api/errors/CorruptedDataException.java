package io.s3stream.api.errors;

import org.jspecify.annotations.Nullable;

/** Bytes that were read are not the bytes that were written. The message says where; nothing wrong is ever returned. */
public class CorruptedDataException extends StreamException {

    public CorruptedDataException(String message) {
        this(message, null);
    }

    public CorruptedDataException(String message, @Nullable Throwable cause) {
        super(Kind.CORRUPTED, message, cause);
    }
}
