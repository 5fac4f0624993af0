package io.s3stream.api.errors;

import org.jspecify.annotations.Nullable;

/** The bytes read differ from the bytes written. The message names the place; the library never returns wrong bytes. */
public class CorruptedDataException extends StreamException {

    public CorruptedDataException(String message) {
        this(message, null);
    }

    public CorruptedDataException(String message, @Nullable Throwable cause) {
        super(Kind.CORRUPTED, message, cause);
    }
}
