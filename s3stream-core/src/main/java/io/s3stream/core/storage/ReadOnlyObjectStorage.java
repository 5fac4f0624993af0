package io.s3stream.core.storage;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ConditionalContent;
import io.s3stream.spi.storage.MultipartUpload;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PendingMultipart;
import io.s3stream.spi.storage.PutCondition;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Passes only reads to another storage, so that a reading tool cannot change a store. Thread-safe. */
public final class ReadOnlyObjectStorage implements ObjectStorage {

    private final ObjectStorage behind;

    /** @param behind closed with this */
    public ReadOnlyObjectStorage(ObjectStorage behind) {
        this.behind = behind;
    }

    @Override
    public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
        return behind.get(key, range);
    }

    @Override
    public CompletableFuture<ConditionalContent> getIfChanged(String key, String version) {
        return behind.getIfChanged(key, version);
    }

    @Override
    public CompletableFuture<Optional<ObjectSummary>> head(String key) {
        return behind.head(key);
    }

    @Override
    public CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit) {
        return behind.list(prefix, startAfter, limit);
    }

    @Override
    public CompletableFuture<List<PendingMultipart>> listMultiparts(String prefix) {
        return behind.listMultiparts(prefix);
    }

    @Override
    public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
        return refused("PUT of object=" + key);
    }

    @Override
    public CompletableFuture<Map<String, String>> delete(Collection<String> keys) {
        return refused("DELETE of " + keys.size() + " objects");
    }

    @Override
    public CompletableFuture<MultipartUpload> createMultipart(String key) {
        return refused("upload in parts of object=" + key);
    }

    @Override
    public CompletableFuture<Void> abortMultipart(PendingMultipart upload) {
        return refused("end of an upload in parts of object=" + upload.key());
    }

    @Override
    public void close() {
        behind.close();
    }

    private static <T> CompletableFuture<T> refused(String what) {
        return CompletableFuture.failedFuture(
                new InvalidRequestException(what + " refused: the storage was opened read-only"));
    }
}
