package io.s3stream.core.register;

import io.s3stream.core.errors.WrongStoreException;
import io.s3stream.core.storage.StorageRegister;
import io.s3stream.spi.metadata.MetadataRegister;
import io.s3stream.spi.storage.ObjectStorage;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The default register: the object {@code meta/head}, unless that object says that the head is elsewhere. Thread-safe.
 */
final class HeadObject implements MetadataRegister {

    private final StorageRegister register;
    private final StoreBucket bucket;
    private final RegisterUse use;

    HeadObject(ObjectStorage storage, RegisterUse use) {
        this.register = new StorageRegister(storage, StoreBucket.KEY);
        this.bucket = new StoreBucket(storage);
        this.use = use;
    }

    @Override
    public CompletableFuture<Optional<Versioned>> read() {
        return register.read().thenApply(HeadObject::requireHead);
    }

    @Override
    public CompletableFuture<Optional<Versioned>> readIfChanged(String version) {
        return register.readIfChanged(version).thenApply(HeadObject::requireHead);
    }

    private static Optional<Versioned> requireHead(Optional<Versioned> value) {
        if (value.isPresent() && Marker.isMarker(value.get().value())) {
            throw new WrongStoreException(
                    "register is not set, but object=" + StoreBucket.KEY + " says that this store"
                            + " has a register outside its bucket: give register(\"postgresql://…\"), or --register to the tool");
        }
        return value;
    }

    @Override
    public CompletableFuture<Optional<String>> compareAndSet(Optional<String> expectedVersion, byte[] value) {
        if (use == RegisterUse.LOOK) {
            return CompletableFuture.failedFuture(StoreBucket.nothingToRead());
        }
        if (expectedVersion.isPresent() || use != RegisterUse.STORE) {
            return register.compareAndSet(expectedVersion, value);
        }
        byte[] copy = value.clone();
        return bucket.requireUnused("")
                .thenCompose(unused -> unused
                        ? register.compareAndSet(Optional.empty(), copy)
                        : CompletableFuture.completedFuture(Optional.empty()));
    }

    @Override
    public void close() {
        register.close();
    }

    @Override
    public String toString() {
        return StoreBucket.KEY;
    }
}
