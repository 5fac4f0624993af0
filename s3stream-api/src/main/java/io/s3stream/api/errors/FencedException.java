package io.s3stream.api.errors;

import org.jspecify.annotations.Nullable;

/** Another owner took over the stream or the node; this handle is finished. */
public class FencedException extends StreamException {

    public FencedException(String message) {
        this(message, null);
    }

    public FencedException(String message, @Nullable Throwable cause) {
        super(Kind.FENCED, message, cause);
    }
}
