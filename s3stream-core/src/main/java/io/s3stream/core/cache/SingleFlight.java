package io.s3stream.core.cache;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Loads values that a cache does not have. Concurrent requests for the same value share one load. Thread-safe. */
final class SingleFlight<K, V> {

    private final Cache<K, V> cache;
    private final ConcurrentHashMap<K, CompletableFuture<V>> loading = new ConcurrentHashMap<>();

    SingleFlight(Cache<K, V> cache) {
        this.cache = cache;
    }

    /** Returns the value. Calls {@code load} unless the value is cached or loading. */
    CompletableFuture<V> get(K key, Supplier<CompletableFuture<V>> load) {
        V present = cache.getIfPresent(key);
        if (present != null) {
            return CompletableFuture.completedFuture(present);
        }
        CompletableFuture<V> mine = new CompletableFuture<>();
        CompletableFuture<V> other = loading.putIfAbsent(key, mine);
        if (other != null) {
            return other;
        }
        begin(load, key, mine).whenComplete((value, error) -> {
            if (error == null) {
                cache.put(key, value);
            }
            loading.remove(key, mine);
            if (error == null) {
                mine.complete(value);
            } else {
                mine.completeExceptionally(error);
            }
        });
        return mine;
    }

    private CompletableFuture<V> begin(Supplier<CompletableFuture<V>> load, K key, CompletableFuture<V> mine) {
        try {
            return load.get();
        } catch (RuntimeException | Error e) {
            loading.remove(key, mine); // otherwise all later callers would wait forever
            mine.completeExceptionally(e);
            throw e;
        }
    }
}
