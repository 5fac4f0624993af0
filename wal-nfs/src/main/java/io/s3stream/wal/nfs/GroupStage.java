package io.s3stream.wal.nfs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs an operation for groups of items, one group at a time. All items added during a run form the next group.
 *
 * <p>Owns the waiting items. Thread-safe; never runs an operation or a callback under its monitor.
 */
final class GroupStage<T> {

    private final Function<List<T>, CompletableFuture<Void>> operation;
    private final BiConsumer<List<T>, @Nullable Throwable> done;
    private List<T> waiting = new ArrayList<>();
    private boolean running;

    /** @param done called after every group, on the thread that completes the operation; must not throw */
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
