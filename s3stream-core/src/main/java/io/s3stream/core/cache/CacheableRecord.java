package io.s3stream.core.cache;

import io.s3stream.core.memory.Slab;

/**
 * An encoded record that goes into the write cache, with what is in its header at hand: reading that back from the slab
 * would cost a cache miss a record.
 */
public interface CacheableRecord {

    long streamId();

    long streamEpoch();

    /** The stream's view of the cache. */
    StreamCache cache();

    Slab slab();

    /** Where in the slab the record begins. */
    int place();

    long baseOffset();

    long endOffset();

    long maxTimestamp();

    int encodedBytes();
}
