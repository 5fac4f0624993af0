package io.s3stream.benchmarks;

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

/** Stores one byte for every data object, and all other objects unchanged. */
final class DroppingStorage implements ObjectStorage {

    private static final String DATA = "data/";
    private static final ObjectBody STUB = ObjectBody.of(new byte[1]);

    private final ObjectStorage storage;

    DroppingStorage(ObjectStorage storage) {
        this.storage = storage;
    }

    @Override
    public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
        return storage.put(key, key.startsWith(DATA) ? STUB : body, condition);
    }

    @Override
    public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
        return storage.get(key, range);
    }

    @Override
    public CompletableFuture<ConditionalContent> getIfChanged(String key, String version) {
        return storage.getIfChanged(key, version);
    }

    @Override
    public CompletableFuture<Optional<ObjectSummary>> head(String key) {
        return storage.head(key);
    }

    @Override
    public CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit) {
        return storage.list(prefix, startAfter, limit);
    }

    @Override
    public CompletableFuture<Map<String, String>> delete(Collection<String> keys) {
        return storage.delete(keys);
    }

    @Override
    public CompletableFuture<MultipartUpload> createMultipart(String key) {
        return storage.createMultipart(key).thenApply(DroppingUpload::new);
    }

    @Override
    public CompletableFuture<List<PendingMultipart>> listMultiparts(String prefix) {
        return storage.listMultiparts(prefix);
    }

    @Override
    public CompletableFuture<Void> abortMultipart(PendingMultipart upload) {
        return storage.abortMultipart(upload);
    }

    @Override
    public void close() {
        storage.close();
    }

    private record DroppingUpload(MultipartUpload upload) implements MultipartUpload {

        @Override
        public CompletableFuture<Void> part(int number, ObjectBody body) {
            return upload.part(number, STUB);
        }

        @Override
        public CompletableFuture<Void> copyPart(int number, String sourceKey, long from, long length) {
            return upload.part(number, STUB);
        }

        @Override
        public CompletableFuture<String> complete() {
            return upload.complete();
        }

        @Override
        public CompletableFuture<Void> abort() {
            return upload.abort();
        }
    }
}
