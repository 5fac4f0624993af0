package io.s3stream.kafka.cluster;

import io.s3stream.api.OpenOptions;
import io.s3stream.api.StreamStore;
import io.s3stream.kafka.catalogue.BrokerAddress;
import io.s3stream.kafka.catalogue.Catalogue;
import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.partition.PartitionLog;
import io.s3stream.kafka.partition.PartitionLogs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This broker's view of the cluster, and the logs that it leads. One serial loop owns both and changes them; other
 * threads read them. Each round reads the catalogue and then opens and closes logs. Rounds do not overlap.
 */
public final class Cluster implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
    private static final Duration INTERVAL = Duration.ofMillis(500);

    private final StreamStore store;
    private final Catalogue catalogue;
    private final PartitionLogs logs;
    private final ScheduledExecutorService loop =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "kafka-cluster"));

    /** By stream id. Written by the loop only. */
    private final Map<Long, PartitionLog> led = new ConcurrentHashMap<>();

    private final List<ClusterListener> listeners = new CopyOnWriteArrayList<>();

    private volatile ClusterView view = new ClusterView(List.of(), List.of());

    /** Where clients reach this broker; known when it listens. */
    private volatile List<BrokerAddress> brokers = List.of();

    public Cluster(StreamStore store, Catalogue catalogue, PartitionLogs logs) {
        this.store = store;
        this.catalogue = catalogue;
        this.logs = logs;
    }

    /** Adds a listener, before the {@link #start}. */
    public void addListener(ClusterListener listener) {
        listeners.add(listener);
    }

    /** Tells clients the address, and begins the rounds. Completes after the first. */
    public CompletableFuture<Void> start(BrokerAddress self) {
        brokers = List.of(self);
        CompletableFuture<Void> first = refresh();
        loop.scheduleWithFixedDelay(this::round, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        return first;
    }

    /** What the last round found. */
    public ClusterView view() {
        return view;
    }

    /** Reads the catalogue and opens what this broker should lead. Completes after a whole round that began later. */
    public CompletableFuture<Void> refresh() {
        return CompletableFuture.runAsync(this::round, loop);
    }

    /** The log of a partition, if this broker leads it. */
    public Optional<PartitionLog> log(PartitionState partition) {
        return Optional.ofNullable(led.get(partition.streamId()));
    }

    /** All logs that this broker leads. */
    public List<PartitionLog> logs() {
        return List.copyOf(led.values());
    }

    /** Changes the catalogue; completes when this broker has seen the change. */
    public <T> CompletableFuture<T> change(CompletableFuture<T> change) {
        return change.thenCompose(result -> refresh().thenApply(seen -> result));
    }

    private void round() {
        try {
            see(catalogue.read().join());
            forgetEnded();
            open();
            see(catalogue.read().join());
        } catch (RuntimeException | Error e) {
            LOG.warn("a round failed; the next one follows in {}", INTERVAL, e);
        }
    }

    private void see(List<Topic> topics) {
        view = new ClusterView(brokers, topics);
        listeners.forEach(listener -> listener.viewed(view));
    }

    private void forgetEnded() {
        for (PartitionLog log : logs()) {
            if (log.stream().closed().isDone()) {
                led.remove(log.stream().id());
                listeners.forEach(listener -> listener.closed(log));
            }
        }
    }

    private void open() {
        List<CompletableFuture<?>> opening = new ArrayList<>();
        for (Topic topic : view.topics()) {
            for (PartitionState partition : topic.partitions()) {
                if (!led.containsKey(partition.streamId())) {
                    TopicPartition name = new TopicPartition(topic.name(), partition.index());
                    opening.add(store.openStream(partition.streamId(), OpenOptions.owner())
                            .thenCompose(stream -> logs.open(name, topic.id(), stream, partition.producersStreamId()))
                            .thenAccept(log -> {
                                led.put(partition.streamId(), log);
                                listeners.forEach(listener -> listener.opened(log));
                            })
                            .exceptionally(error -> {
                                LOG.warn("cannot open {}; the next round tries again", name, error);
                                return null;
                            }));
                }
            }
        }
        CompletableFuture.allOf(opening.toArray(CompletableFuture[]::new)).join();
    }

    /** Ends the rounds, and writes the snapshots of the logs, which are closed with the store. */
    @Override
    public void close() {
        loop.shutdown();
        try {
            if (!loop.awaitTermination(30, TimeUnit.SECONDS)) {
                LOG.warn("the last round has not ended within 30 s; its openings end with the store");
                loop.shutdownNow();
            }
        } catch (InterruptedException e) {
            loop.shutdownNow();
            Thread.currentThread().interrupt();
        }
        writeSnapshots();
        LOG.info("led {} partitions at the end", led.size());
    }

    private void writeSnapshots() {
        try {
            CompletableFuture.allOf(led.values().stream()
                            .map(PartitionLog::writeSnapshot)
                            .toArray(CompletableFuture[]::new))
                    .get(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("not all snapshots of producers are written; the next opening replays more", e);
        }
    }
}
