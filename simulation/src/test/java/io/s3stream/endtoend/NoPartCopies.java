package io.s3stream.endtoend;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ConditionalContent;
import io.s3stream.spi.storage.MultipartUpload;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PutCondition;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** An object storage that does everything but copy parts, and counts how often it was asked to. */
final class NoPartCopies implements ObjectStorage {

    private final ObjectStorage storage;
    private final AtomicInteger refused = new AtomicInteger();

    NoPartCopies(ObjectStorage storage) {
        this.storage = storage;
    }

    int refused() {
        return refused.get();
    }

    @Override
    public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
        return storage.put(key, body, condition);
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
        return storage.createMultipart(key).thenApply(Upload::new);
    }

    @Override
    public void close() {
        storage.close();
    }

    private final class Upload implements MultipartUpload {

        private final MultipartUpload upload;

        Upload(MultipartUpload upload) {
            this.upload = upload;
        }

        @Override
        public CompletableFuture<Void> part(int number, ObjectBody body) {
            return upload.part(number, body);
        }

        @Override
        public CompletableFuture<Void> copyPart(int number, String sourceKey, long from, long length) {
            refused.incrementAndGet();
            return CompletableFuture.failedFuture(
                    new InvalidRequestException("object=" + sourceKey + ": this storage does not copy parts"));
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
