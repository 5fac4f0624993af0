package io.s3stream.core.storage;

import io.netty.buffer.ByteBufUtil;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.metadata.MetadataRegister;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ConditionalContent;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.spi.storage.support.ObjectKeys;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A register in one object, changed by conditional puts.
 *
 * <p>A compare-and-set that answers "another version" may have met its own value, if the response to an earlier attempt
 * was lost. And two values of equal bytes have equal versions on S3. So every value must contain data unique to its
 * writer, by which the writer recognises it on a later read.
 */
public final class StorageRegister implements MetadataRegister {

    private static final int READS = 3;

    private final ObjectStorage storage;
    private final String key;

    /**
     * @param storage owned by the caller
     * @param key of the object that is the register, such as {@code meta/head}
     */
    public StorageRegister(ObjectStorage storage, String key) {
        this.storage = storage;
        this.key = ObjectKeys.check(key);
    }

    @Override
    public CompletableFuture<Optional<Versioned>> read() {
        return read(READS);
    }

    /** Reads again if the answer has no version: no condition could name it. */
    private CompletableFuture<Optional<Versioned>> read(int tries) {
        return storage.get(key, ByteRange.WHOLE)
                .thenApply(content -> content.map(StorageRegister::take))
                .thenCompose(value -> {
                    if (value.isEmpty() || !value.get().version().isEmpty()) {
                        return CompletableFuture.completedFuture(value);
                    }
                    return tries > 1
                            ? read(tries - 1)
                            : CompletableFuture.failedFuture(
                                    new StorageException("object=" + key + ": the storage reports no version"));
                });
    }

    @Override
    public CompletableFuture<Optional<Versioned>> readIfChanged(String version) {
        return storage.getIfChanged(key, version).thenApply(answer -> {
            if (answer instanceof ConditionalContent.Changed changed) {
                return Optional.of(take(changed.content()));
            }
            if (answer instanceof ConditionalContent.Missing) {
                throw new CorruptedDataException(
                        "object=" + key + ": is missing, although version " + version + " of it was read; restore it");
            }
            return Optional.empty();
        });
    }

    @Override
    public CompletableFuture<Optional<String>> compareAndSet(Optional<String> expectedVersion, byte[] value) {
        PutCondition condition = expectedVersion.map(PutCondition::ifVersion).orElse(PutCondition.IF_ABSENT);
        return storage.put(key, ObjectBody.of(value.clone()), condition);
    }

    /** Leaves the storage open. */
    @Override
    public void close() {}

    private static Versioned take(ObjectContent content) {
        try (content) {
            return new Versioned(content.version(), ByteBufUtil.getBytes(content.data()));
        }
    }
}
