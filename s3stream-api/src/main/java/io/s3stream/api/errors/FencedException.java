package io.s3stream.api.errors;

import org.jspecify.annotations.Nullable;

/** Another process became the owner of the stream or the node; discard this handle. */
public class FencedException extends StreamException {

    public FencedException(String message) {
        this(message, null);
    }

    public FencedException(String message, @Nullable Throwable cause) {
        super(Kind.FENCED, message, cause);
    }
}
