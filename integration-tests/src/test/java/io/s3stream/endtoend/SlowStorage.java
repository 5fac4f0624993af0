package io.s3stream.endtoend;

import io.s3stream.api.errors.StorageException;
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
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A storage behind a slow and unreliable network: each request is delayed, and some fail before or after their effect.
 * Uploads of data can be held.
 */
final class SlowStorage implements ObjectStorage {

    private final ObjectStorage behind;
    private final long delayMillis;
    private final int failuresPerHundred;
    private final ScheduledExecutorService network = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "network");
        thread.setDaemon(true);
        return thread;
    });
    private final AtomicInteger held = new AtomicInteger();
    private volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

    SlowStorage(ObjectStorage behind, long delayMillis, int failuresPerHundred) {
        this.behind = behind;
        this.delayMillis = delayMillis;
        this.failuresPerHundred = failuresPerHundred;
    }

    /** Holds puts of data from now on. */
    void hold() {
        gate = new CompletableFuture<>();
    }

    /** The number of puts that were held so far. */
    int held() {
        return held.get();
    }

    void letGo() {
        gate.complete(null);
    }

    @Override
    public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
        CompletableFuture<Void> open = key.startsWith("data/") ? gate : CompletableFuture.completedFuture(null);
        if (!open.isDone()) {
            held.incrementAndGet();
        }
        return open.thenCompose(nothing -> slowly("put " + key, () -> behind.put(key, body, condition)));
    }

    @Override
    public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
        return slowly("get " + key, () -> behind.get(key, range));
    }

    @Override
    public CompletableFuture<ConditionalContent> getIfChanged(String key, String version) {
        return slowly("get " + key, () -> behind.getIfChanged(key, version));
    }

    @Override
    public CompletableFuture<Optional<ObjectSummary>> head(String key) {
        return slowly("head " + key, () -> behind.head(key));
    }

    @Override
    public CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit) {
        return slowly("list " + prefix, () -> behind.list(prefix, startAfter, limit));
    }

    @Override
    public CompletableFuture<Map<String, String>> delete(Collection<String> keys) {
        return slowly("delete", () -> behind.delete(keys));
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
        network.shutdownNow();
        behind.close();
    }

    private <T> CompletableFuture<T> slowly(String request, Supplier<CompletableFuture<T>> call) {
        int chance = ThreadLocalRandom.current().nextInt(100);
        boolean failsBefore = chance < failuresPerHundred;
        boolean failsAfter = !failsBefore && chance < 2 * failuresPerHundred && request.startsWith("put");
        CompletableFuture<T> answer = new CompletableFuture<>();
        long delay = delayMillis == 0 ? 0 : ThreadLocalRandom.current().nextLong(2 * delayMillis);
        network.schedule(
                () -> {
                    if (failsBefore) {
                        answer.completeExceptionally(new StorageException(request + " did not arrive"));
                        return;
                    }
                    call.get().whenComplete((value, error) -> {
                        if (failsAfter) {
                            answer.completeExceptionally(new StorageException(request + " was not answered"));
                        } else if (error != null) {
                            answer.completeExceptionally(error);
                        } else {
                            answer.complete(value);
                        }
                    });
                },
                delay,
                TimeUnit.MILLISECONDS);
        return answer;
    }
}
