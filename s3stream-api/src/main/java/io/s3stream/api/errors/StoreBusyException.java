package io.s3stream.api.errors;

import org.jspecify.annotations.Nullable;

/**
 * The write cache is full, or the append queue has used its share of it. The call enqueued no batch; the same call
 * succeeds later. A fetch fails with it while unclosed results hold too much memory: close them first. A call that
 * creates, opens, trims or deletes a stream fails with it while too many such calls wait for the metadata.
 */
public class StoreBusyException extends StreamException {

    public StoreBusyException(String message) {
        this(message, null);
    }

    public StoreBusyException(String message, @Nullable Throwable cause) {
        super(Kind.BUSY, message, cause);
    }
}
