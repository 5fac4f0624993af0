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
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Delegates to another storage and answers each GET after the given latency. Counts the GETs. */
final class DistantStorage implements ObjectStorage {

    private final ObjectStorage storage;
    private final Duration latency;
    private final AtomicLong gets = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final ScheduledThreadPoolExecutor answers;

    /** @param storage not closed with this */
    DistantStorage(ObjectStorage storage, Duration latency) {
        this.storage = storage;
        this.latency = latency;
        this.answers = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "distance");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** GETs of data objects since the beginning. */
    long gets() {
        return gets.get();
    }

    /** Bytes of these GETs that were answered. */
    long bytes() {
        return bytes.get();
    }

    @Override
    public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
        if (key.startsWith("data/")) {
            gets.incrementAndGet();
        }
        CompletableFuture<Optional<ObjectContent>> got = storage.get(key, range);
        got.thenAccept(found -> found.filter(content -> key.startsWith("data/"))
                .ifPresent(content -> bytes.addAndGet(content.data().readableBytes())));
        if (latency.isZero()) {
            return got;
        }
        CompletableFuture<Optional<ObjectContent>> answer = new CompletableFuture<>();
        got.whenComplete((content, error) -> answers.schedule(
                () -> error == null ? answer.complete(content) : answer.completeExceptionally(error),
                latency.toNanos(),
                TimeUnit.NANOSECONDS));
        return answer;
    }

    @Override
    public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
        return storage.put(key, body, condition);
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
        return storage.createMultipart(key);
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
        answers.shutdown(); // requests in flight are still answered
    }
}
