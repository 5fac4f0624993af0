package io.s3stream.kafka.cluster;

import io.s3stream.kafka.catalogue.ClusterView;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** Calls that wait until the view of the cluster fulfils a condition. Owned by the loop of the cluster. */
final class ViewWaiters {

    private record Waiter(Predicate<ClusterView> condition, CompletableFuture<Void> done) {}

    private final List<Waiter> waiters = new ArrayList<>();

    void add(Predicate<ClusterView> condition, CompletableFuture<Void> done) {
        waiters.add(new Waiter(condition, done));
    }

    /** Completes the calls whose condition is fulfilled, and forgets calls after their timeout. */
    void wake(ClusterView view) {
        waiters.removeIf(waiter -> {
            if (!waiter.done.isDone() && waiter.condition.test(view)) {
                waiter.done.complete(null);
            }
            return waiter.done.isDone();
        });
    }
}
