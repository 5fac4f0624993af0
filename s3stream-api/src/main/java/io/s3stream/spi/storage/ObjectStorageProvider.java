package io.s3stream.spi.storage;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.spi.runtime.EngineRuntime;
import java.net.URI;
import java.util.Set;

/**
 * A kind of object storage, found by {@link java.util.ServiceLoader} and chosen by URI scheme. Thread-safe, without state.
 *
 * <p>Both methods may block, for at most a minute. They throw {@link
 * io.s3stream.api.errors.InvalidRequestException}, naming the part of the URI that is wrong or the condition that the storage
 * does not meet, and {@link io.s3stream.api.errors.StorageException} if the storage does not answer.
 */
public interface ObjectStorageProvider {

    /** The schemes of the URIs it serves, in lower case, for example {@code s3}. */
    Set<String> schemes();

    /**
     * Opens the storage that the URI names. May probe whether conditional writes are atomic.
     *
     * @param allocator provides the buffers of contents that are read; their receivers release them
     * @param runtime for timers, threads, clock and random numbers
     * @return owned by the caller, who closes it
     */
    ObjectStorage open(URI uri, ByteBufAllocator allocator, EngineRuntime runtime);

    /**
     * Opens the storage for reading. Needs no permission to write, and creates and probes nothing. The store never writes
     * to it.
     */
    ObjectStorage openReadOnly(URI uri, ByteBufAllocator allocator, EngineRuntime runtime);
}
