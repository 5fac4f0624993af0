package io.s3stream.core.stream;

import io.s3stream.core.metadata.MetadataView;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Wakes readers when other nodes commit. Any number of waiters and the watches of the host share one metadata request per
 * interval; without waiters and watches there is no request. The requests belong to its serial context.
 */
public final class CommitWatch {

    private static final Duration INTERVAL = Duration.ofMillis(200);

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final Supplier<CompletableFuture<MetadataView>> refresh;
    /** By number of the wait, so that a simulation wakes them in the same order each time. Any thread removes a wait. */
    private final ConcurrentSkipListMap<Long, Waiter> waiting = new ConcurrentSkipListMap<>();

    private final AtomicLong waits = new AtomicLong();
    private boolean isFollowed;
    private boolean asking;
    private volatile @Nullable Throwable failure;

    private record Waiter(Predicate<MetadataView> condition, CompletableFuture<Void> future) {}

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
        failAll(thrown);
    }

    private void failAll(Throwable reason) {
        waiting.values().forEach(waiter -> waiter.future().completeExceptionally(reason));
    }

    /**
     * Completes on the context when refreshed metadata satisfy the condition, and fails when the metadata cannot be
     * read. A caller that stops waiting must cancel the future, which removes the wait at once.
     */
    CompletableFuture<Void> when(Predicate<MetadataView> condition) {
        CompletableFuture<Void> future = new CompletableFuture<>();
        long number = waits.getAndIncrement();
        waiting.put(number, new Waiter(condition, future));
        future.whenComplete((nothing, error) -> waiting.remove(number));
        try {
            context.execute(this::askLater);
        } catch (Throwable e) {
            waiting.remove(number);
            throw e;
        }
        Throwable reason = failure;
        if (reason != null) {
            future.completeExceptionally(reason);
        }
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

    /** Returns the number of waits. */
    int waits() {
        return waiting.size();
    }

    private void askLater() {
        if (!asking) {
            asking = true;
            runtime.schedule(INTERVAL, context, this::ask);
        }
    }

    private void ask() {
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
            failAll(error);
        } else {
            for (Waiter waiter : waiting.values()) {
                if (waiter.condition().test(view)) {
                    waiter.future().complete(null);
                }
            }
        }
        if (!waiting.isEmpty() || isFollowed) {
            askLater();
        }
    }
}
