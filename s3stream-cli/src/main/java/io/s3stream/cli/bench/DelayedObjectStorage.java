package io.s3stream.cli.bench;

import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ConditionalContent;
import io.s3stream.spi.storage.MultipartUpload;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PendingMultipart;
import io.s3stream.spi.storage.PutCondition;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Delays the answers of another storage: a request takes effect at once and is answered after the given time. */
final class DelayedObjectStorage implements ObjectStorage {

    private final ObjectStorage storage;
    private final Duration latency;
    private final ScheduledThreadPoolExecutor answers;

    DelayedObjectStorage(ObjectStorage storage, Duration latency) {
        this.storage = storage;
        this.latency = latency;
        this.answers = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "distance");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
        return later(() -> storage.put(key, body, condition));
    }

    @Override
    public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
        return later(() -> storage.get(key, range));
    }

    @Override
    public CompletableFuture<ConditionalContent> getIfChanged(String key, String version) {
        return later(() -> storage.getIfChanged(key, version));
    }

    @Override
    public CompletableFuture<Optional<ObjectSummary>> head(String key) {
        return later(() -> storage.head(key));
    }

    @Override
    public CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit) {
        return later(() -> storage.list(prefix, startAfter, limit));
    }

    @Override
    public CompletableFuture<Map<String, String>> delete(Collection<String> keys) {
        return later(() -> storage.delete(keys));
    }

    @Override
    public CompletableFuture<MultipartUpload> createMultipart(String key) {
        return later(() -> storage.createMultipart(key));
    }

    @Override
    public CompletableFuture<List<PendingMultipart>> listMultiparts(String prefix) {
        return later(() -> storage.listMultiparts(prefix));
    }

    @Override
    public CompletableFuture<Void> abortMultipart(PendingMultipart upload) {
        return later(() -> storage.abortMultipart(upload));
    }

    @Override
    public void close() {
        storage.close();
        answers.shutdown(); // requests in flight are still answered
    }

    private <T> CompletableFuture<T> later(Supplier<CompletableFuture<T>> request) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        request.get()
                .whenComplete((value, error) -> answers.schedule(
                        () -> error == null ? answer.complete(value) : answer.completeExceptionally(error),
                        latency.toNanos(),
                        TimeUnit.NANOSECONDS));
        return answer;
    }
}
