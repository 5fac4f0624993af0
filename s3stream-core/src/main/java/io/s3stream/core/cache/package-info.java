/**
 * Data in memory: the write cache and the block cache. A read of cached data needs no request.
 *
 * <p>{@link io.s3stream.core.cache.WriteCache} contains all appends that are not uploaded yet, and uploaded ones while
 * there is room. Its unit is the {@link io.s3stream.core.cache.CacheSegment}. {@link io.s3stream.core.cache.BlockCache}
 * contains data blocks read from object storage, {@link io.s3stream.core.cache.IndexCache} their indexes.
 * {@link io.s3stream.core.cache.BlocksInMemory} also finds blocks that read-ahead or leases hold.
 *
 * <p>Start with {@code WriteCache} and {@link io.s3stream.core.cache.StreamCache}, its view for the readers of one
 * stream.
 *
 * <p>The append context alone changes the write cache; readers use published arrays without locks. All other caches are
 * thread-safe.
 */
@NullMarked
package io.s3stream.core.cache;

import org.jspecify.annotations.NullMarked;
