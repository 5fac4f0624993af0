package io.s3stream.kafka.retention;

import io.s3stream.kafka.catalogue.Catalogue;
import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.partition.PartitionLog;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the retention of topics to the partitions that this broker leads, one partition after the other, and repairs
 * the catalogue. It owns a thread, which never blocks; rounds do not overlap.
 */
public final class RetentionLoop implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RetentionLoop.class);

    private final Cluster cluster;
    private final Catalogue catalogue;
    private final int broker;
    private final LongSupplier clock;
    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "kafka-retention");
        thread.setDaemon(true);
        return thread;
    });

    /** The present round. Confined to the loop. */
    private CompletableFuture<Void> round = CompletableFuture.completedFuture(null);

    private volatile boolean isClosed;

    private record Led(PartitionLog log, Topic topic) {}

    /**
     * A loop that {@link #start} begins.
     *
     * @param broker the id of this broker
     * @param clock wall clock in milliseconds, which the timestamps of records come from
     */
    public RetentionLoop(Cluster cluster, Catalogue catalogue, int broker, LongSupplier clock) {
        this.cluster = cluster;
        this.catalogue = catalogue;
        this.broker = broker;
        this.clock = clock;
    }

    /** Begins the rounds. The first one follows at once. */
    public void start(Duration interval) {
        loop.scheduleWithFixedDelay(this::begin, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void begin() {
        if (round.isDone()) {
            round = run();
        }
    }

    /** Runs a round. Completes when each partition was looked at; failures are logged, and the next round tries again. */
    CompletableFuture<Void> run() {
        ArrayDeque<Led> partitions = new ArrayDeque<>();
        for (Topic topic : cluster.view().topics()) {
            for (PartitionState partition : topic.partitions()) {
                cluster.log(partition).ifPresent(log -> partitions.add(new Led(log, topic)));
            }
        }
        return repair().thenComposeAsync(done -> applyNext(partitions), loop);
    }

    private CompletableFuture<Void> repair() {
        return catalogue.repair(broker).handle((repaired, error) -> {
            if (error != null) {
                LOG.warn("event=catalogue-repair-failed; the next round tries again", error);
            } else if (repaired > 0) {
                LOG.info("event=catalogue-repaired streams={}", repaired);
            }
            return null;
        });
    }

    private CompletableFuture<Void> applyNext(ArrayDeque<Led> partitions) {
        Led next = partitions.poll();
        if (next == null || isClosed) {
            return CompletableFuture.completedFuture(null);
        }
        return apply(next).thenComposeAsync(done -> applyNext(partitions), loop);
    }

    private CompletableFuture<Void> apply(Led led) {
        CompletableFuture<Optional<Long>> applied;
        try {
            applied = RetentionRules.of(led.topic().configs())
                    .map(policy -> policy.apply(led.log().stream(), clock.getAsLong(), led.log()::trim)
                            .thenApply(Optional::of))
                    .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
        } catch (RuntimeException e) {
            applied = CompletableFuture.failedFuture(e);
        }
        return applied.handle((start, error) -> {
            if (error != null) {
                LOG.warn(
                        "event=retention-failed partition={}; the next round tries again",
                        led.log().name(),
                        error);
            }
            return null;
        });
    }

    /** Ends the rounds. A trim in progress completes. */
    @Override
    public void close() {
        isClosed = true;
        loop.shutdown();
    }
}
