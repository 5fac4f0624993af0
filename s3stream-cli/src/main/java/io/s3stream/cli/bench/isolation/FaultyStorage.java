package io.s3stream.cli.bench.isolation;

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
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Wraps the object storage of the measured store. Counts requests, refuses those of data objects and delays PUTs, as
 * long as a disturbance asks for it. Owns the counters. Thread-safe.
 */
final class FaultyStorage implements ObjectStorage {

    private static final String DATA = "data/";
    private static final String WAL = "wal/";
    private static final String CHECKPOINT = "meta/checkpoint/";
    private static final String SEGMENT = "meta/segment/";
    private static final int SEGMENTS_OF_CHECKPOINT = 16;

    private final ObjectStorage storage;
    private final ScheduledThreadPoolExecutor answers;
    private final AtomicLong dataPuts = new AtomicLong();
    private final AtomicLong dataBytes = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong delayed = new AtomicLong();
    private final AtomicLong checkpointsBegun = new AtomicLong();
    private final AtomicLong checkpoints = new AtomicLong();
    private final AtomicLong checkpointBytes = new AtomicLong();
    private final AtomicLong lastCheckpointBytes = new AtomicLong();
    private final AtomicLong segments = new AtomicLong();
    private final AtomicLong segmentBytes = new AtomicLong();
    private volatile boolean refusing;
    private volatile long putNanos;

    FaultyStorage(ObjectStorage storage) {
        this.storage = storage;
        this.answers = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "faulty storage");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Begins or ends to refuse each request of a data object with 503. */
    void refuse(boolean refuse) {
        refusing = refuse;
    }

    /** Answers each PUT after this time, except those of a WAL in this storage; zero: at once. */
    void delayPuts(Duration latency) {
        putNanos = latency.toNanos();
    }

    /** Returns the number of data objects written, or parts of them. */
    long dataPuts() {
        return dataPuts.get();
    }

    long dataBytes() {
        return dataBytes.get();
    }

    long refused() {
        return refused.get();
    }

    /** Returns the number of delayed PUTs that were answered. */
    long delayed() {
        return delayed.get();
    }

    /** Returns the number of checkpoints of the metadata whose PUT has begun. */
    long checkpointsBegun() {
        return checkpointsBegun.get();
    }

    /** Returns the number of checkpoints of the metadata that were written. */
    long checkpoints() {
        return checkpoints.get();
    }

    long checkpointBytes() {
        return checkpointBytes.get();
    }

    /** Returns whether the segments of the metadata log are enough for a checkpoint, by the engine's default settings. */
    boolean isCheckpointNear() {
        return segments.get() >= SEGMENTS_OF_CHECKPOINT && hasBytesOfCheckpoint();
    }

    /** Returns whether the segments have a quarter of the bytes of the last checkpoint, without which none is written. */
    boolean hasBytesOfCheckpoint() {
        return segmentBytes.get() >= lastCheckpointBytes.get() / 4;
    }

    @Override
    public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
        if (key.startsWith(CHECKPOINT)) {
            checkpointsBegun.incrementAndGet();
            lastCheckpointBytes.set(body.length());
            segments.set(0);
            segmentBytes.set(0);
        }
        return request(key, () -> written(key, body.length(), storage.put(key, body, condition)));
    }

    @Override
    public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
        return request(key, () -> storage.get(key, range));
    }

    @Override
    public CompletableFuture<ConditionalContent> getIfChanged(String key, String version) {
        return request(key, () -> storage.getIfChanged(key, version));
    }

    @Override
    public CompletableFuture<Optional<ObjectSummary>> head(String key) {
        return request(key, () -> storage.head(key));
    }

    @Override
    public CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit) {
        return request(prefix, () -> storage.list(prefix, startAfter, limit));
    }

    @Override
    public CompletableFuture<Map<String, String>> delete(Collection<String> keys) {
        String first =
                keys.stream().filter(key -> key.startsWith(DATA)).findFirst().orElse("");
        return request(first, () -> storage.delete(keys));
    }

    @Override
    public CompletableFuture<MultipartUpload> createMultipart(String key) {
        return request(key, () -> storage.createMultipart(key)).thenApply(upload -> new Upload(key, upload));
    }

    @Override
    public CompletableFuture<List<PendingMultipart>> listMultiparts(String prefix) {
        return request(prefix, () -> storage.listMultiparts(prefix));
    }

    @Override
    public CompletableFuture<Void> abortMultipart(PendingMultipart upload) {
        return storage.abortMultipart(upload);
    }

    @Override
    public void close() {
        storage.close();
        answers.shutdown(); // requests in flight are still answered
    }

    private <T> CompletableFuture<T> request(String key, Supplier<CompletableFuture<T>> call) {
        if (refusing && key.startsWith(DATA)) {
            refused.incrementAndGet();
            return CompletableFuture.failedFuture(new StorageException("object=" + key + ": 503 SlowDown"));
        }
        return call.get();
    }

    /** Counts a write that has succeeded, and delays its answer. The write takes effect at once. */
    private <T> CompletableFuture<T> written(String key, long bytes, CompletableFuture<T> write) {
        long nanos = key.startsWith(WAL) ? 0 : putNanos;
        if (nanos == 0) {
            return write.whenComplete((version, error) -> count(key, bytes, error == null));
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        write.whenComplete((version, error) -> answers.schedule(
                () -> {
                    count(key, bytes, error == null);
                    delayed.incrementAndGet();
                    return error == null ? answer.complete(version) : answer.completeExceptionally(error);
                },
                nanos,
                TimeUnit.NANOSECONDS));
        return answer;
    }

    private void count(String key, long bytes, boolean succeeded) {
        if (!succeeded) {
            return;
        }
        if (key.startsWith(DATA)) {
            dataPuts.incrementAndGet();
            dataBytes.addAndGet(bytes);
        } else if (key.startsWith(CHECKPOINT)) {
            checkpointBytes.addAndGet(bytes);
            checkpoints.incrementAndGet();
        } else if (key.startsWith(SEGMENT)) {
            segmentBytes.addAndGet(bytes);
            segments.incrementAndGet();
        }
    }

    /** An upload in parts. Each part is a PUT. */
    private final class Upload implements MultipartUpload {

        private final String key;
        private final MultipartUpload upload;

        Upload(String key, MultipartUpload upload) {
            this.key = key;
            this.upload = upload;
        }

        @Override
        public CompletableFuture<Void> part(int number, ObjectBody body) {
            return request(key, () -> written(key, body.length(), upload.part(number, body)));
        }

        @Override
        public CompletableFuture<Void> copyPart(int number, String sourceKey, long from, long length) {
            return request(key, () -> written(key, length, upload.copyPart(number, sourceKey, from, length)));
        }

        @Override
        public CompletableFuture<String> complete() {
            return request(key, upload::complete);
        }

        @Override
        public CompletableFuture<Void> abort() {
            return upload.abort();
        }
    }
}
