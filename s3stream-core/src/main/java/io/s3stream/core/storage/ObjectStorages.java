package io.s3stream.core.storage;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.core.storage.aws.AwsObjectStorage;
import io.s3stream.core.storage.aws.AwsStorageOptions;
import io.s3stream.core.storage.support.StorageUri;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.IoExecutor;
import io.s3stream.spi.storage.ObjectStorage;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Opens the object storage that a URI names:
 *
 * <ul>
 *   <li>{@code memory:/} a new one in the heap, lost when this process ends (a bare {@code memory:} is no URI)
 *   <li>{@code file:///dir} a local directory
 *   <li>{@code s3://bucket/prefix?region=…&endpoint=…&pathStyle=true}, see {@link AwsStorageOptions}; credentials come
 *       from the SDK's default chain. To inject a provider call {@link AwsObjectStorage#open}.
 * </ul>
 */
public final class ObjectStorages {

    private static final int DIRECTORY_THREADS = 8;

    private ObjectStorages() {}

    /**
     * Opens the storage. Blocks the calling thread.
     *
     * @param runtime for the threads that block on a directory, and for unique ids
     * @param allocator of the contents; the receiver of a content releases it
     * @return a storage that the caller must close
     * @throws InvalidRequestException naming the error in the URI or in its target
     * @throws io.s3stream.api.errors.StorageException if the medium fails or does not answer
     */
    public static ObjectStorage open(URI uri, EngineRuntime runtime, ByteBufAllocator allocator) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "memory" -> memory(uri, allocator);
            case "file" -> directory(uri, runtime, DirectoryObjectStorage::open, allocator);
            case "s3" -> AwsObjectStorage.open(AwsStorageOptions.parse(uri), null, allocator, runtime);
            default ->
                throw new InvalidRequestException("storage URI scheme='" + scheme
                        + "' is unknown: use memory:/, file:///directory or s3://bucket/prefix");
        };
    }

    /**
     * Opens the storage read-only. Needs no permission to write, creates nothing and does not probe. Each write is
     * refused.
     *
     * @throws InvalidRequestException also if a local directory does not exist
     */
    public static ObjectStorage openReadOnly(URI uri, EngineRuntime runtime, ByteBufAllocator allocator) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        return new ReadOnlyObjectStorage(
                switch (scheme) {
                    case "file" -> directory(uri, runtime, DirectoryObjectStorage::openReadOnly, allocator);
                    case "s3" -> AwsObjectStorage.openReadOnly(AwsStorageOptions.parse(uri), null, allocator, runtime);
                    default -> open(uri, runtime, allocator);
                });
    }

    private static ObjectStorage memory(URI uri, ByteBufAllocator allocator) {
        StorageUri.parse(uri, Set.of());
        return new MemoryObjectStorage(allocator);
    }

    /** Opens a directory for writing or read-only. */
    private interface DirectoryOpener {
        ObjectStorage open(Path directory, IoExecutor io, ByteBufAllocator allocator, LongSupplier random);
    }

    private static ObjectStorage directory(
            URI uri, EngineRuntime runtime, DirectoryOpener opener, ByteBufAllocator allocator) {
        StorageUri.parse(uri, Set.of());
        String path = uri.getPath();
        if (path == null || path.isEmpty() || uri.getRawAuthority() != null) {
            throw new InvalidRequestException(
                    "storage URI '" + uri + "' has no absolute path: write file:///directory, with three slashes");
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
