package io.s3stream.core.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SingleFlightTest {

    private final Cache<String, Integer> cache =
            Caffeine.newBuilder().executor(Runnable::run).build();
    private final SingleFlight<String, Integer> loads = new SingleFlight<>(cache);
    private final List<CompletableFuture<Integer>> begun = new ArrayList<>();

    private CompletableFuture<Integer> load() {
        begun.add(new CompletableFuture<>());
        return begun.get(begun.size() - 1);
    }

    @Test
    void concurrentRequestsShareOneLoad() {
        CompletableFuture<Integer> first = loads.get("a", this::load);
        CompletableFuture<Integer> second = loads.get("a", this::load);
        assertThat(begun).hasSize(1);

        begun.get(0).complete(5);

        assertThat(first).isCompletedWithValue(5);
        assertThat(second).isCompletedWithValue(5);
    }

    @Test
    void differentKeysLoadIndependently() {
        loads.get("a", this::load);
        loads.get("b", this::load);
        assertThat(begun).hasSize(2);
    }

    @Test
    void cachedValueIsNotLoadedAgain() {
        loads.get("a", this::load);
        begun.get(0).complete(5);

        assertThat(loads.get("a", this::load)).isCompletedWithValue(5);
        assertThat(begun).hasSize(1);
    }

    /** A caller that continues at once must not begin a second load. */
    @Test
    void valueIsCachedBeforeRequestsComplete() {
        List<Integer> seen = new ArrayList<>();
        loads.get("a", this::load).thenRun(() -> seen.add(cache.getIfPresent("a")));
        begun.get(0).complete(5);
        assertThat(seen).containsExactly(5);
    }

    @Test
    void failureReachesAllRequestsAndIsNotCached() {
        CompletableFuture<Integer> first = loads.get("a", this::load);
        CompletableFuture<Integer> second = loads.get("a", this::load);
        begun.get(0).completeExceptionally(new IllegalStateException("unreachable"));
        assertThat(first).isCompletedExceptionally();
        assertThat(second).isCompletedExceptionally();

        CompletableFuture<Integer> third = loads.get("a", this::load);
        begun.get(1).complete(6);
        assertThat(third).isCompletedWithValue(6);
    }

    @Test
    void loadThatThrowsDoesNotBlockNextRequest() {
        assertThatThrownBy(() -> loads.get("a", () -> {
                    throw new IllegalStateException("no thread");
                }))
                .hasMessage("no thread");

        CompletableFuture<Integer> next = loads.get("a", this::load);
        begun.get(0).complete(7);
        assertThat(next).isCompletedWithValue(7);
    }
}
