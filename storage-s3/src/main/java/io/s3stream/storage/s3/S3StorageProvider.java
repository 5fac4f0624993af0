package io.s3stream.storage.s3;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectStorageProvider;
import java.net.URI;
import java.util.Set;

/**
 * Opens {@code s3://bucket/prefix} with the options of {@link AwsStorageOptions}. Credentials come from the SDK's default
 * chain. To inject a provider of credentials, call {@link AwsObjectStorage#open}.
 */
public final class S3StorageProvider implements ObjectStorageProvider {

    @Override
    public Set<String> schemes() {
        return Set.of("s3");
    }

    @Override
    public ObjectStorage open(URI uri, ByteBufAllocator allocator, EngineRuntime runtime) {
        return AwsObjectStorage.open(AwsStorageOptions.parse(uri), null, allocator, runtime);
    }

    @Override
    public ObjectStorage openReadOnly(URI uri, ByteBufAllocator allocator, EngineRuntime runtime) {
        return AwsObjectStorage.openReadOnly(AwsStorageOptions.parse(uri), null, allocator, runtime);
    }
}
