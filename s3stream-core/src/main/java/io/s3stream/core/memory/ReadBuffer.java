package io.s3stream.core.memory;

import org.jspecify.annotations.Nullable;

/**
 * The memory that one read from object storage has filled. It stays in use while any part of it does, so leases count it as
 * a whole. Its state is owned by {@link ReadLeases} and guarded by the lock of that.
 */
public final class ReadBuffer {

    private final long bytes;
    int leases;
    /** The stream that is charged for it while it has leases. */
    ReadLeases.@Nullable OpenResults payer;

    /** @param bytes that were allocated */
    public ReadBuffer(long bytes) {
        this.bytes = bytes;
    }

    public long bytes() {
        return bytes;
    }
}
