package io.s3stream.core.memory;

import org.jspecify.annotations.Nullable;

/**
 * The memory that one read from object storage filled. All of it stays allocated while any part is in use, so leases
 * count the whole buffer. {@link ReadLeases} owns its state and guards it by its lock.
 */
public final class ReadBuffer {

    private final long bytes;
    int leases;
    /** The stream that is charged for the buffer while the buffer has leases. */
    ReadLeases.@Nullable OpenResults payer;

    /** @param bytes the allocated size */
    public ReadBuffer(long bytes) {
        this.bytes = bytes;
    }

    public long bytes() {
        return bytes;
    }
}
