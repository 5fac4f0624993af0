package io.s3stream.core.storage;

import io.s3stream.core.metrics.StorageMetrics;
import io.s3stream.core.metrics.StorageMetrics.Operation;
import io.s3stream.core.metrics.StoreMetrics;
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
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** Counts the requests to another storage and the transferred bytes: the units that object storage charges for. */
public final class MeteredObjectStorage implements ObjectStorage {

    private static final int KEYS_PER_DELETE = 1000;

    private final ObjectStorage storage;
    private final StorageMetrics metrics;
    private final LongAdder reads = new LongAdder();
    private final LongAdder writes = new LongAdder();
    private final LongAdder bytesRead = new LongAdder();
    private final LongAdder bytesWritten = new LongAdder();

    /** @param storage the counted storage; closed with this one */
    public MeteredObjectStorage(ObjectStorage storage) {
        this(storage, StoreMetrics.none().storage());
    }

    /** @param metrics also receive each request */
    public MeteredObjectStorage(ObjectStorage storage, StorageMetrics metrics) {
        this.storage = storage;
        this.metrics = metrics;
    }

    /** Returns the current counts; not one consistent instant while requests are in flight. */
    public StorageCounters counters() {
        return new StorageCounters(reads.sum(), writes.sum(), bytesRead.sum(), bytesWritten.sum());
    }

    @Override
    public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
        writes.increment();
        return measured(Operation.PUT, 1, () -> storage.put(key, body, condition))
                .thenApply(version -> {
                    version.ifPresent(written -> countWritten(Operation.PUT, body));
                    return version;
                });
    }

    @Override
    public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
        reads.increment();
        return measured(Operation.GET, 1, () -> storage.get(key, range)).thenApply(content -> {
            content.ifPresent(found -> countRead(Operation.GET, found));
            return content;
        });
    }

    @Override
    public CompletableFuture<ConditionalContent> getIfChanged(String key, String version) {
        reads.increment();
        return measured(Operation.GET_IF_CHANGED, 1, () -> storage.getIfChanged(key, version))
                .thenApply(answer -> {
                    if (answer instanceof ConditionalContent.Changed changed) {
                        countRead(Operation.GET_IF_CHANGED, changed.content());
                    }
                    return answer;
                });
    }

    @Override
    public CompletableFuture<Optional<ObjectSummary>> head(String key) {
        reads.increment();
        return measured(Operation.HEAD, 1, () -> storage.head(key));
    }

    @Override
    public CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit) {
        reads.increment();
        return measured(Operation.LIST, 1, () -> storage.list(prefix, startAfter, limit));
    }

    @Override
    public CompletableFuture<Map<String, String>> delete(Collection<String> keys) {
        int requests = (keys.size() + KEYS_PER_DELETE - 1) / KEYS_PER_DELETE;
        writes.add(requests);
        return measured(Operation.DELETE, requests, () -> storage.delete(keys));
    }

    @Override
    public CompletableFuture<MultipartUpload> createMultipart(String key) {
        writes.increment();
        return measured(Operation.MULTIPART_CREATE, 1, () -> storage.createMultipart(key))
                .thenApply(Upload::new);
    }

    @Override
    public CompletableFuture<List<PendingMultipart>> listMultiparts(String prefix) {
        reads.increment();
        return measured(Operation.MULTIPART_LIST, 1, () -> storage.listMultiparts(prefix));
    }

    @Override
    public CompletableFuture<Void> abortMultipart(PendingMultipart upload) {
        writes.increment();
        return measured(Operation.MULTIPART_ABORT, 1, () -> storage.abortMultipart(upload));
    }

    @Override
    public void close() {
        storage.close();
    }

    private void countRead(Operation operation, ObjectContent content) {
        bytesRead.add(content.data().readableBytes());
        metrics.moved(operation, content.data().readableBytes());
    }

    private void countWritten(Operation operation, ObjectBody body) {
        bytesWritten.add(body.length());
        metrics.moved(operation, body.length());
    }

    private <T> CompletableFuture<T> measured(
            Operation operation, int requests, Supplier<CompletableFuture<T>> request) {
        long begun = metrics.begun();
        CompletableFuture<T> answer;
        try {
            answer = request.get();
        } catch (Throwable e) {
            metrics.ended(operation, begun, requests, true);
            throw e;
        }
        return answer.whenComplete((value, error) -> metrics.ended(operation, begun, requests, error != null));
    }

    private final class Upload implements MultipartUpload {

        private final MultipartUpload upload;

        Upload(MultipartUpload upload) {
            this.upload = upload;
        }

        @Override
        public CompletableFuture<Void> part(int number, ObjectBody body) {
            writes.increment();
            return measured(Operation.MULTIPART_PART, 1, () -> upload.part(number, body))
                    .thenRun(() -> countWritten(Operation.MULTIPART_PART, body));
        }

        @Override
        public CompletableFuture<Void> copyPart(int number, String sourceKey, long from, long length) {
            writes.increment();
            return measured(Operation.MULTIPART_COPY, 1, () -> upload.copyPart(number, sourceKey, from, length));
        }

        @Override
        public CompletableFuture<String> complete() {
            writes.increment();
            return measured(Operation.MULTIPART_COMPLETE, 1, upload::complete);
        }

        @Override
        public CompletableFuture<Void> abort() {
            writes.increment();
            return measured(Operation.MULTIPART_ABORT, 1, upload::abort);
        }
    }
}
