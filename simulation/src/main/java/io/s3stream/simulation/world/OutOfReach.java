package io.s3stream.simulation.world;

import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ConditionalContent;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.testkit.storage.ForwardingObjectStorage;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A connection to the bucket on which the metadata can be cut off. */
public final class OutOfReach extends ForwardingObjectStorage {

    private boolean isCut;

    public OutOfReach(ObjectStorage behind) {
        super(behind);
    }

    public void cutOff() {
        isCut = true;
    }

    @Override
    public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
        return isCut(key) ? failed(key) : super.get(key, range);
    }

    @Override
    public CompletableFuture<ConditionalContent> getIfChanged(String key, String version) {
        return isCut(key) ? failed(key) : super.getIfChanged(key, version);
    }

    private boolean isCut(String key) {
        return isCut && key.startsWith("meta/");
    }

    private static <T> CompletableFuture<T> failed(String key) {
        return CompletableFuture.failedFuture(new StorageException("simulated: object=" + key + " is out of reach"));
    }
}
