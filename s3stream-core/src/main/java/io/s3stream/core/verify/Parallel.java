package io.s3stream.core.verify;

import io.s3stream.spi.runtime.SerialContext;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Processes a list with limited parallelism. Owns the remaining items; confined to one serial context.
 *
 * @param <T> the type of an item
 * @param <R> the type of its result
 */
public final class Parallel<T, R> {

    private final SerialContext context;
    private final Deque<T> todo;
    private final Function<T, CompletableFuture<R>> work;
    private final Consumer<R> each;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private int running;
    private @Nullable Throwable reason;

    private Parallel(
            SerialContext context, Collection<T> items, Function<T, CompletableFuture<R>> work, Consumer<R> each) {
        this.context = context;
        this.todo = new ArrayDeque<>(items);
        this.work = work;
        this.each = each;
    }

    /**
     * Begins.
     *
     * @param context runs {@code work} and {@code each}, and completes the future
     * @return fails with the first failure, after all running work has ended; no work begins after a failure
     */
    public static <T, R> CompletableFuture<Void> forEach(
            SerialContext context,
            int atATime,
            Collection<T> items,
            Function<T, CompletableFuture<R>> work,
            Consumer<R> each) {
        Parallel<T, R> parallel = new Parallel<>(context, items, work, each);
        context.execute(() -> parallel.pump(atATime));
        return parallel.done;
    }

    private void pump(int atATime) {
        while (running < atATime && !todo.isEmpty()) {
            running++;
            begin(todo.remove())
                    .whenComplete((result, error) -> context.execute(() -> {
                        running--;
                        settle(result, error);
                        pump(atATime);
                    }));
        }
        if (running == 0 && reason == null) {
            done.complete(null);
        } else if (running == 0) {
            done.completeExceptionally(reason);
        }
    }

    private CompletableFuture<R> begin(T item) {
        try {
            return work.apply(item);
        } catch (Throwable e) { // an Error too: the future must complete
            return CompletableFuture.failedFuture(e);
        }
    }

    private void settle(R result, @Nullable Throwable error) {
        if (reason != null) {
            return;
        }
        if (error == null) {
            try {
                each.accept(result);
                return;
            } catch (Throwable e) { // an Error too: the future must complete
                reason = e;
            }
        } else {
            reason = error;
        }
        todo.clear();
    }
}
