package io.s3stream.api.errors;

import org.jspecify.annotations.Nullable;

/**
 * The write cache is full, or the queue of appends has used its share of it. Nothing was enqueued; the same call succeeds
 * later. A fetch fails with it when unclosed results hold too much memory: close them first. So does a call that creates,
 * opens, trims or deletes a stream, when too many of them wait for the metadata.
 */
public class StoreBusyException extends StreamException {

    public StoreBusyException(String message) {
        this(message, null);
    }

    public StoreBusyException(String message, @Nullable Throwable cause) {
        super(Kind.BUSY, message, cause);
    }
}
