package io.s3stream.kafka.cluster;

import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.cluster.decisions.Assignment;
import io.s3stream.kafka.cluster.decisions.Member;
import io.s3stream.kafka.cluster.decisions.Suspicions;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The thread, the clock, the connections and the decisions of a {@link Cluster}. These are the parts of production. A
 * simulation replaces thread, clock and connections by those of its world. A mutant replaces one decision.
 */
public class ClusterParts {

    /** Creates the executor of the cluster's loop. It runs one task at a time, in order; the cluster shuts it down. */
    public ScheduledExecutorService loop() {
        return Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "kafka-cluster"));
    }

    /** Monotonic nanoseconds from an arbitrary origin. */
    public long nanoTime() {
        return System.nanoTime();
    }

    /** Runs a task on any thread after this time. */
    public void after(Duration delay, Runnable task) {
        CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS).execute(task);
    }

    /** Completes a future with null after this time, unless it completes before: then nothing of it is kept until then. */
    public CompletableFuture<Void> completeAfter(Duration limit, CompletableFuture<Void> future) {
        return future.completeOnTimeout(null, limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Creates the connections to other brokers. The cluster closes them. */
    public Peers peers(Peers.Listener listener) {
        return new PeerWatch(listener);
    }

    /** Creates the suspicions of a broker. */
    public Suspicions suspicions(int self) {
        return new Suspicions(self);
    }

    /** Computes the tasks of a broker, as {@link Assignment#of} does. */
    public Assignment assignment(int self, Collection<Member> members, Collection<Topic> topics) {
        return Assignment.of(self, members, topics);
    }
}
