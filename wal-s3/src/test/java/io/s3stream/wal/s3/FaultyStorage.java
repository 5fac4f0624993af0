package io.s3stream.wal.s3;

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
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A process's connection to a storage. On a test's command, writes fail, lose their answer or wait. Counts requests.
 * Thread-safe.
 */
public final class FaultyStorage implements ObjectStorage {

    final AtomicBoolean failing = new AtomicBoolean();
    final AtomicBoolean losing = new AtomicBoolean();
    /** The number of next conditional puts that are refused although the key is free. */
    final AtomicInteger falseRefusals = new AtomicInteger();

    final AtomicInteger requests = new AtomicInteger();
    final AtomicInteger deletes = new AtomicInteger();
    final OddReads oddReads = new OddReads();
    final AtomicInteger heads = new AtomicInteger();
    volatile Predicate<String> hiddenFromListings = key -> false;
    final AtomicBoolean closed = new AtomicBoolean();
    final AtomicInteger readsUnderWay = new AtomicInteger();
    final AtomicInteger mostReadsUnderWay = new AtomicInteger();

    /** The keys that a delete reports as failed. */
    volatile Predicate<String> refusedDeletes = key -> false;

    private final ObjectStorage storage;
    private final List<Runnable> held = new ArrayList<>();
    private Predicate<String> holding = key -> false;

    FaultyStorage(ObjectStorage storage) {
        this.storage = storage;
    }

    /** Holds every write from now on, or releases the held ones. */
    void hold(boolean hold) {
        if (hold) {
            hold(key -> true);
            return;
        }
        List<Runnable> released;
        synchronized (this) {
            holding = key -> false;
            released = List.copyOf(held);
            held.clear();
        }
        released.forEach(Runnable::run);
    }

    /** Holds the puts of these keys, and all deletes, from now on. */
    synchronized void hold(Predicate<String> keys) {
        holding = keys;
    }

    synchronized int held() {
        return held.size();
    }

    private <T> CompletableFuture<T> write(String what, Supplier<CompletableFuture<T>> write) {
        requests.incrementAndGet();
        if (failing.get()) {
            return CompletableFuture.failedFuture(new StorageException("simulated: " + what + " fails"));
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        Runnable go = () -> write.get().whenComplete((value, error) -> {
            if (error != null) {
                answer.completeExceptionally(error);
            } else if (losing.get()) {
                answer.completeExceptionally(new StorageException("simulated: the response to " + what + " is lost"));
            } else {
                answer.complete(value);
            }
        });
        synchronized (this) {
            if (holding.test(what)) {
                held.add(go);
                return answer;
            }
        }
        go.run();
        return answer;
    }

    @Override
    public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
        if (falseRefusals.getAndDecrement() > 0) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return write(key, () -> storage.put(key, body, condition));
    }

    @Override
    public CompletableFuture<Map<String, String>> delete(Collection<String> keys) {
        deletes.incrementAndGet();
        List<String> accepted = keys.stream().filter(refusedDeletes.negate()).toList();
        return write(
                "delete",
                () -> storage.delete(accepted).thenApply(failed -> {
                    Map<String, String> all = new HashMap<>(failed);
                    keys.stream().filter(refusedDeletes).forEach(key -> all.put(key, "simulated: SlowDown"));
                    return all;
                }));
    }

    @Override
    public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
        requests.incrementAndGet();
        mostReadsUnderWay.accumulateAndGet(readsUnderWay.incrementAndGet(), Math::max);
        return storage.get(key, range)
                .whenComplete((content, error) -> readsUnderWay.decrementAndGet())
                .thenApply(content -> oddReads.pass(key, content));
    }

    @Override
    public CompletableFuture<ConditionalContent> getIfChanged(String key, String version) {
        requests.incrementAndGet();
        return storage.getIfChanged(key, version);
    }

    @Override
    public CompletableFuture<Optional<ObjectSummary>> head(String key) {
        requests.incrementAndGet();
        heads.incrementAndGet();
        return storage.head(key).thenApply(found -> oddReads.isMissing(key) ? Optional.empty() : found);
    }

    @Override
    public CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit) {
        requests.incrementAndGet();
        return storage.list(prefix, startAfter, limit)
                .thenApply(page -> page.stream()
                        .filter(object -> !hiddenFromListings.test(object.key()))
                        .toList());
    }

    @Override
    public CompletableFuture<MultipartUpload> createMultipart(String key) {
        throw new UnsupportedOperationException("a WAL writes whole objects");
    }

    @Override
    public CompletableFuture<List<PendingMultipart>> listMultiparts(String prefix) {
        throw new UnsupportedOperationException("a WAL writes whole objects");
    }

    @Override
    public CompletableFuture<Void> abortMultipart(PendingMultipart upload) {
        throw new UnsupportedOperationException("a WAL writes whole objects");
    }

    /** The storage behind it belongs to the fixture. */
    @Override
    public void close() {
        closed.set(true);
    }
}
