package io.s3stream.api.errors;

import org.jspecify.annotations.Nullable;

/** Memory or WAL space is used up for the moment; nothing was enqueued, the same call succeeds later. */
public class StoreBusyException extends StreamException {

    public StoreBusyException(String message) {
        this(message, null);
    }

    public StoreBusyException(String message, @Nullable Throwable cause) {
        super(Kind.BUSY, message, cause);
    }
}
