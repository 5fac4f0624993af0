package io.s3stream.core.storage;

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
import java.util.concurrent.atomic.LongAdder;

/** Counts the requests to another storage and the bytes moved, which is what object storage charges for. */
public final class MeteredObjectStorage implements ObjectStorage {

    private static final int KEYS_PER_DELETE = 1000;

    private final ObjectStorage storage;
    private final LongAdder reads = new LongAdder();
    private final LongAdder writes = new LongAdder();
    private final LongAdder bytesRead = new LongAdder();
    private final LongAdder bytesWritten = new LongAdder();

    /** @param storage what is counted; closed with this */
    public MeteredObjectStorage(ObjectStorage storage) {
        this.storage = storage;
    }

    /** The counts now; not one consistent instant while requests are under way. */
    public StorageCounters counters() {
        return new StorageCounters(reads.sum(), writes.sum(), bytesRead.sum(), bytesWritten.sum());
    }

    @Override
    public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
        writes.increment();
        return storage.put(key, body, condition).thenApply(version -> {
            version.ifPresent(written -> bytesWritten.add(body.length()));
            return version;
        });
    }

    @Override
    public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
        reads.increment();
        return storage.get(key, range).thenApply(content -> {
            content.ifPresent(this::countRead);
            return content;
        });
    }

    @Override
    public CompletableFuture<ConditionalContent> getIfChanged(String key, String version) {
        reads.increment();
        return storage.getIfChanged(key, version).thenApply(answer -> {
            if (answer instanceof ConditionalContent.Changed changed) {
                countRead(changed.content());
            }
            return answer;
        });
    }

    @Override
    public CompletableFuture<Optional<ObjectSummary>> head(String key) {
        reads.increment();
        return storage.head(key);
    }

    @Override
    public CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit) {
        reads.increment();
        return storage.list(prefix, startAfter, limit);
    }

    @Override
    public CompletableFuture<Map<String, String>> delete(Collection<String> keys) {
        writes.add((keys.size() + KEYS_PER_DELETE - 1) / KEYS_PER_DELETE);
        return storage.delete(keys);
    }

    @Override
    public CompletableFuture<MultipartUpload> createMultipart(String key) {
        writes.increment();
        return storage.createMultipart(key).thenApply(Upload::new);
    }

    @Override
    public void close() {
        storage.close();
    }

    private void countRead(ObjectContent content) {
        bytesRead.add(content.data().readableBytes());
    }

    private final class Upload implements MultipartUpload {

        private final MultipartUpload upload;

        Upload(MultipartUpload upload) {
            this.upload = upload;
        }

        @Override
        public CompletableFuture<Void> part(int number, ObjectBody body) {
            writes.increment();
            return upload.part(number, body).thenRun(() -> bytesWritten.add(body.length()));
        }

        @Override
        public CompletableFuture<Void> copyPart(int number, String sourceKey, long from, long length) {
            writes.increment();
            return upload.copyPart(number, sourceKey, from, length);
        }

        @Override
        public CompletableFuture<String> complete() {
            writes.increment();
            return upload.complete();
        }

        @Override
        public CompletableFuture<Void> abort() {
            writes.increment();
            return upload.abort();
        }
    }
}
