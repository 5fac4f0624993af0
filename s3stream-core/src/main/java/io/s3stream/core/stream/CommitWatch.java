package io.s3stream.core.stream;

import io.s3stream.core.metadata.MetadataView;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Wakes readers when other nodes commit. Any number of waiters and the watches of the host share one metadata request per
 * interval; without waiters and watches there is no request. State belongs to its serial context.
 */
public final class CommitWatch {

    private static final Duration INTERVAL = Duration.ofMillis(200);

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final Supplier<CompletableFuture<MetadataView>> refresh;
    private final Map<CompletableFuture<Void>, Predicate<MetadataView>> waiting = new LinkedHashMap<>();
    private boolean isFollowed;
    private boolean asking;
    private @Nullable Throwable failure;

    /** @param refresh reads the metadata again */
    public CommitWatch(EngineRuntime runtime, Supplier<CompletableFuture<MetadataView>> refresh) {
        this.runtime = runtime;
        this.context = runtime.serialContext("watch");
        this.refresh = refresh;
        context.onFailure(this::onContextFailure);
    }

    private void onContextFailure(Throwable thrown) {
        failure = thrown;
        isFollowed = false;
        List<CompletableFuture<Void>> all = List.copyOf(waiting.keySet());
        waiting.clear();
        all.forEach(future -> future.completeExceptionally(thrown));
    }

    /**
     * Completes on the context when refreshed metadata satisfy the condition, and fails when the metadata cannot be
     * read. A caller that stops waiting must cancel the future.
     */
    CompletableFuture<Void> when(Predicate<MetadataView> condition) {
        CompletableFuture<Void> future = new CompletableFuture<>();
        context.execute(() -> {
            if (failure != null) {
                future.completeExceptionally(failure);
                return;
            }
            waiting.put(future, condition);
            askLater();
        });
        return future;
    }

    /** Asks in each interval, also without waiters, until this is called with false. */
    public void follow(boolean follows) {
        context.execute(() -> {
            isFollowed = follows && failure == null;
            if (isFollowed) {
                askLater();
            }
        });
    }

    private void askLater() {
        if (!asking) {
            asking = true;
            runtime.schedule(INTERVAL, context, this::ask);
        }
    }

    private void ask() {
        waiting.keySet().removeIf(CompletableFuture::isDone);
        if (waiting.isEmpty() && !isFollowed) {
            asking = false;
            return;
        }
        CompletableFuture<MetadataView> answer;
        try {
            answer = refresh.get();
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        answer.whenComplete((view, error) -> context.execute(() -> answered(view, error)));
    }

    private void answered(MetadataView view, @Nullable Throwable error) {
        asking = false;
        if (error != null) {
            List<CompletableFuture<Void>> all = List.copyOf(waiting.keySet());
            waiting.clear();
            all.forEach(future -> future.completeExceptionally(error));
        } else {
            wake(view);
        }
        if (!waiting.isEmpty() || isFollowed) {
            askLater();
        }
    }

    private void wake(MetadataView view) {
        for (Iterator<Map.Entry<CompletableFuture<Void>, Predicate<MetadataView>>> all =
                        waiting.entrySet().iterator();
                all.hasNext(); ) {
            Map.Entry<CompletableFuture<Void>, Predicate<MetadataView>> each = all.next();
            if (each.getValue().test(view)) {
                all.remove();
                each.getKey().complete(null);
            }
        }
    }
}
