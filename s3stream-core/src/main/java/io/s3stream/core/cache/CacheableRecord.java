package io.s3stream.core.cache;

import io.s3stream.core.memory.Slab;

/**
 * An encoded record for the write cache, together with the fields of its header. Reading the header from the slab would
 * cost a cache miss per record.
 */
public interface CacheableRecord {

    long streamId();

    long streamEpoch();

    /** Returns the stream's view of the write cache. */
    StreamCache cache();

    Slab slab();

    /** Returns the position of the record in the slab. */
    int place();

    long baseOffset();

    long endOffset();

    long maxTimestamp();

    int encodedBytes();
}
