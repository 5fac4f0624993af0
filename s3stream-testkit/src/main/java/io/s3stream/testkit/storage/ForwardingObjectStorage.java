package io.s3stream.testkit.storage;

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

/** Forwards all calls to another storage. A test double overrides some of them. */
public class ForwardingObjectStorage implements ObjectStorage {

    private final ObjectStorage behind;

    /** @param behind the other storage, closed together with this one */
    protected ForwardingObjectStorage(ObjectStorage behind) {
        this.behind = behind;
    }

    @Override
    public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
        return behind.put(key, body, condition);
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
    public CompletableFuture<Map<String, String>> delete(Collection<String> keys) {
        return behind.delete(keys);
    }

    @Override
    public CompletableFuture<MultipartUpload> createMultipart(String key) {
        return behind.createMultipart(key);
    }

    @Override
    public CompletableFuture<List<PendingMultipart>> listMultiparts(String prefix) {
        return behind.listMultiparts(prefix);
    }

    @Override
    public CompletableFuture<Void> abortMultipart(PendingMultipart upload) {
        return behind.abortMultipart(upload);
    }

    @Override
    public void close() {
        behind.close();
    }
}
