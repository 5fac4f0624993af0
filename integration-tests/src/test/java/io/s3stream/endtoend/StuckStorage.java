package io.s3stream.endtoend;

import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ConditionalContent;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.testkit.storage.ForwardingObjectStorage;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A storage that on command answers no request. Outlives the stores that are opened over it. */
final class StuckStorage extends ForwardingObjectStorage {

    private volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

    StuckStorage(ObjectStorage behind) {
        super(behind);
    }

    /** Holds requests from now on. */
    void stick() {
        gate = new CompletableFuture<>();
    }

    /** Executes the held requests. */
    void letGo() {
        gate.complete(null);
    }

    @Override
    public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
        return later(() -> super.put(key, body, condition));
    }

    @Override
    public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
        return later(() -> super.get(key, range));
    }

    @Override
    public CompletableFuture<ConditionalContent> getIfChanged(String key, String version) {
        return later(() -> super.getIfChanged(key, version));
    }

    @Override
    public CompletableFuture<Optional<ObjectSummary>> head(String key) {
        return later(() -> super.head(key));
    }

    @Override
    public CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit) {
        return later(() -> super.list(prefix, startAfter, limit));
    }

    @Override
    public CompletableFuture<Map<String, String>> delete(Collection<String> keys) {
        return later(() -> super.delete(keys));
    }

    @Override
    public void close() {
        // stays for the next store
    }

    private <T> CompletableFuture<T> later(Supplier<CompletableFuture<T>> request) {
        return gate.thenCompose(open -> request.get());
    }
}
