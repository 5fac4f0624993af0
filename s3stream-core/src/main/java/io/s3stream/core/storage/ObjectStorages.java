package io.s3stream.core.storage;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.text.SafeUri;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.runtime.ServiceProviders;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectStorageProvider;
import io.s3stream.spi.storage.support.StorageUri;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens the object storage that a URI names:
 *
 * <ul>
 *   <li>{@code memory:/} a new one in the heap, gone when this process ends (a bare {@code memory:} is no URI)
 *   <li>{@code file:///dir} a local directory
 *   <li>any other scheme: the {@link ObjectStorageProvider} that serves it, for example {@code s3://bucket/prefix} with
 *       {@code s3stream-storage-s3} on the class path
 * </ul>
 */
public final class ObjectStorages {

    private static final int DIRECTORY_THREADS = 8;

    private ObjectStorages() {}

    /**
     * Opens the storage. Blocks the calling thread until the storage has answered.
     *
     * @param runtime for the threads that block on a directory, and for unique ids
     * @param allocator provides the buffers of contents that are read; their receivers release them
     * @return owned by the caller, who closes it
     * @throws InvalidRequestException naming the part of the URI that is wrong, or the condition that the storage does not meet
     * @throws io.s3stream.api.errors.StorageException if the medium fails or does not answer
     */
    public static ObjectStorage open(URI uri, EngineRuntime runtime, ByteBufAllocator allocator) {
        return open(uri, runtime, allocator, null);
    }

    /** @param hosts the provider of the host, which comes first for its schemes; null if there is none */
    public static ObjectStorage open(
            URI uri, EngineRuntime runtime, ByteBufAllocator allocator, @Nullable ObjectStorageProvider hosts) {
        String scheme = scheme(uri);
        return switch (scheme) {
            case "memory" -> memory(uri, allocator);
            case "file" -> directory(uri, runtime, DirectoryObjectStorage::open, allocator);
            default -> provider(scheme, hosts).open(uri, allocator, runtime);
        };
    }

    /**
     * Opens the storage for reading. Needs no permission to write, and creates and probes nothing. Refuses each write.
     *
     * @throws InvalidRequestException also if a local directory does not exist
     */
    public static ObjectStorage openReadOnly(URI uri, EngineRuntime runtime, ByteBufAllocator allocator) {
        return openReadOnly(uri, runtime, allocator, null);
    }

    /** @param hosts the provider of the host, which comes first for its schemes; null if there is none */
    public static ObjectStorage openReadOnly(
            URI uri, EngineRuntime runtime, ByteBufAllocator allocator, @Nullable ObjectStorageProvider hosts) {
        String scheme = scheme(uri);
        return new ReadOnlyObjectStorage(
                switch (scheme) {
                    case "memory" -> memory(uri, allocator);
                    case "file" -> directory(uri, runtime, DirectoryObjectStorage::openReadOnly, allocator);
                    default -> provider(scheme, hosts).openReadOnly(uri, allocator, runtime);
                });
    }

    private static String scheme(URI uri) {
        return uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    }

    private static ObjectStorageProvider provider(String scheme, @Nullable ObjectStorageProvider hosts) {
        if (hosts != null && hosts.schemes().contains(scheme)) {
            return hosts;
        }
        List<ObjectStorageProvider> providers = ServiceProviders.of(ObjectStorageProvider.class, ObjectStorages.class);
        for (ObjectStorageProvider provider : providers) {
            if (provider.schemes().contains(scheme)) {
                return provider;
            }
        }
        if (scheme.equals("s3")) {
            throw new InvalidRequestException("storage URI scheme='s3' has no provider on the class path: add the"
                    + " dependency io.s3stream:s3stream-storage-s3");
        }
        throw new InvalidRequestException("storage URI scheme='" + scheme
                + "' is unknown: use memory:/, file:///directory or s3://bucket/prefix");
    }

    private static ObjectStorage memory(URI uri, ByteBufAllocator allocator) {
        StorageUri.parse(uri, Set.of());
        return new MemoryObjectStorage(allocator);
    }

    /** One of the two ways to open a directory. */
    private interface DirectoryOpener {
        ObjectStorage open(Path directory, IoExecutor io, ByteBufAllocator allocator, LongSupplier random);
    }

    private static ObjectStorage directory(
            URI uri, EngineRuntime runtime, DirectoryOpener opener, ByteBufAllocator allocator) {
        StorageUri.parse(uri, Set.of());
        String path = uri.getPath();
        if (path == null || path.isEmpty() || uri.getRawAuthority() != null) {
            throw new InvalidRequestException("storage URI '" + SafeUri.of(uri)
                    + "' has no absolute path: write file:///directory, with three slashes");
        }
        IoExecutor io = runtime.ioExecutor("storage", DIRECTORY_THREADS);
        try {
            return opener.open(Path.of(path), io, allocator, runtime::randomLong);
        } catch (RuntimeException | Error e) {
            io.close();
            throw e;
        }
    }
}
