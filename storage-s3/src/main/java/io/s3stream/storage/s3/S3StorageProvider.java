package io.s3stream.storage.s3;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectStorageProvider;
import io.s3stream.storage.s3.options.S3Location;
import io.s3stream.storage.s3.options.S3Options;
import java.net.URI;
import java.util.Set;
import java.util.function.Function;

/**
 * Opens {@code s3://bucket/prefix} with the options of the URI, as {@link
 * io.s3stream.storage.s3.options.S3OptionsBuilder} explains them. Credentials come from the SDK's default chain. A host
 * that has options of its own, such as a source of credentials, gives a provider with them to {@link
 * io.s3stream.api.StreamStoreBuilder#storageProvider}. Thread-safe.
 */
public final class S3StorageProvider implements ObjectStorageProvider {

    private final Function<String, S3Options> optionsOf;

    /** For {@link java.util.ServiceLoader}: all options come from the URI. */
    public S3StorageProvider() {
        this(S3Options.builder().build());
    }

    /** @param options of every bucket, that of the store and those of WALs; options of a URI replace them */
    public S3StorageProvider(S3Options options) {
        this(bucket -> options);
    }

    /**
     * For buckets that differ, for example in region, key or credentials.
     *
     * @param optionsOf returns the options for the name of a bucket; called by each opening, on its thread
     */
    public S3StorageProvider(Function<String, S3Options> optionsOf) {
        this.optionsOf = optionsOf;
    }

    @Override
    public Set<String> schemes() {
        return Set.of("s3");
    }

    @Override
    public ObjectStorage open(URI uri, ByteBufAllocator allocator, EngineRuntime runtime) {
        return AwsObjectStorage.open(S3Location.parse(uri, optionsOf), allocator, runtime);
    }

    @Override
    public ObjectStorage openReadOnly(URI uri, ByteBufAllocator allocator, EngineRuntime runtime) {
        return AwsObjectStorage.openReadOnly(S3Location.parse(uri, optionsOf), allocator, runtime);
    }
}
