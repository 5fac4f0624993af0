package io.s3stream.wal.nfs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs one operation for all items that came together while its last run was under way: one run at a time.
 *
 * <p>Owner of the waiting items; thread-safe, and never runs anything under its monitor.
 */
final class GroupStage<T> {

    private final Function<List<T>, CompletableFuture<Void>> operation;
    private final BiConsumer<List<T>, @Nullable Throwable> done;
    private List<T> waiting = new ArrayList<>();
    private boolean running;

    /** @param done told of every group, on the thread that completes the operation; must not throw */
    GroupStage(Function<List<T>, CompletableFuture<Void>> operation, BiConsumer<List<T>, @Nullable Throwable> done) {
        this.operation = operation;
        this.done = done;
    }

    void add(T item) {
        List<T> group;
        synchronized (this) {
            waiting.add(item);
            if (running) {
                return;
            }
            running = true;
            group = takeWaiting();
        }
        run(group);
    }

    private void run(List<T> group) {
        operation.apply(group).whenComplete((nothing, failure) -> {
            List<T> next;
            synchronized (this) {
                next = takeWaiting();
                running = !next.isEmpty();
            }
            if (!next.isEmpty()) {
                run(next);
            }
            done.accept(group, failure);
        });
    }

    private List<T> takeWaiting() {
        List<T> taken = waiting;
        waiting = new ArrayList<>();
        return taken;
    }
}
