package io.s3stream.core.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.s3stream.layout.ObjectIndex;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Object indexes by object id, each read once however many ask at the same time. Thread-safe. */
public final class IndexCache {

    private static final int BYTES_PER_ENTRY = 112;

    private final Cache<Long, ObjectIndex> indexes;
    private final ConcurrentHashMap<Long, CompletableFuture<ObjectIndex>> loading = new ConcurrentHashMap<>();

    /** @param maxBytes of heap, estimated */
    public IndexCache(long maxBytes) {
        this.indexes = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((Long id, ObjectIndex index) -> index.entries().size() * BYTES_PER_ENTRY)
                .executor(Runnable::run)
                .build();
    }

    /** The index if it is there. */
    public @Nullable ObjectIndex getIfPresent(long objectId) {
        return indexes.getIfPresent(objectId);
    }

    /** The index of an object, from {@code load} unless it is there or on its way. */
    public CompletableFuture<ObjectIndex> get(long objectId, Supplier<CompletableFuture<ObjectIndex>> load) {
        ObjectIndex present = indexes.getIfPresent(objectId);
        if (present != null) {
            return CompletableFuture.completedFuture(present);
        }
        CompletableFuture<ObjectIndex> mine = new CompletableFuture<>();
        CompletableFuture<ObjectIndex> other = loading.putIfAbsent(objectId, mine);
        if (other != null) {
            return other;
        }
        begin(load, objectId, mine).whenComplete((index, error) -> {
            if (error == null) {
                indexes.put(objectId, index);
            }
            loading.remove(objectId, mine);
            if (error == null) {
                mine.complete(index);
            } else {
                mine.completeExceptionally(error);
            }
        });
        return mine;
    }

    private CompletableFuture<ObjectIndex> begin(
            Supplier<CompletableFuture<ObjectIndex>> load, long objectId, CompletableFuture<ObjectIndex> mine) {
        try {
            return load.get();
        } catch (RuntimeException | Error e) {
            loading.remove(objectId, mine); // or all who want this index would wait for ever
            mine.completeExceptionally(e);
            throw e;
        }
    }
}
