package io.s3stream.kafka.partition;

import io.s3stream.api.FetchedBatch;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.kafka.producers.ProducerSnapshot;
import io.s3stream.kafka.producers.ProducerSnapshots;
import io.s3stream.kafka.producers.ProducerStates;
import io.s3stream.kafka.producers.SnapshotWriter;
import io.s3stream.kafka.producers.StreamScan;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the logs of a broker, and holds their common parts: the limit of waiting appends, and a thread that encodes
 * snapshots and drops expired producers. Thread-safe. Close it after the last log.
 */
public final class PartitionLogs implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PartitionLogs.class);

    private static final long NO_SNAPSHOT = -1;

    private final StreamStore store;
    private final LogContext context;
    private final Set<PartitionLog> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService background;

    /**
     * @param store that the streams belong to; its owner closes it
     * @param clock for timestamps of markers and the age of producers
     */
    public PartitionLogs(StreamStore store, LogSettings settings, Clock clock) {
        this(store, settings, clock, Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "kafka-producer-states");
            thread.setDaemon(true);
            return thread;
        }));
    }

    /**
     * As {@link #PartitionLogs(StreamStore, LogSettings, Clock)}, with another executor.
     *
     * @param background encodes snapshots and drops expired producers; owned from now on
     */
    public PartitionLogs(StreamStore store, LogSettings settings, Clock clock, ScheduledExecutorService background) {
        this.store = store;
        this.background = background;
        context = new LogContext(settings, clock, new AppendBudget(settings.maxWaitingBytes()), background);
        long interval = Math.max(1, settings.expirationInterval().toMillis());
        background.scheduleWithFixedDelay(this::expireProducers, interval, interval, TimeUnit.MILLISECONDS);
    }

    /** As {@link #open(TopicPartition, Uuid, Stream, Stream)}; opens the companion stream first. */
    public CompletableFuture<PartitionLog> open(
            TopicPartition name, Uuid topicId, Stream stream, long producersStreamId) {
        return store.openStream(producersStreamId, OpenOptions.owner())
                .thenCompose(companion -> open(name, topicId, stream, companion));
    }

    /**
     * Opens a log: loads the newest snapshot of its producers, and replays the batches after it.
     *
     * @param stream of the partition, which this broker has opened
     * @param companion the stream of its producers, which this broker has opened
     * @return fails as the store does; then both streams are still open, and the call can be repeated
     */
    public CompletableFuture<PartitionLog> open(TopicPartition name, Uuid topicId, Stream stream, Stream companion) {
        return recover(name, topicId, stream, new ProducerSnapshots(companion)).thenApply(log -> {
            open.add(log);
            stream.closed().thenRun(() -> open.remove(log));
            return log;
        });
    }

    private CompletableFuture<PartitionLog> recover(
            TopicPartition name, Uuid topicId, Stream stream, ProducerSnapshots snapshots) {
        long start = stream.startOffset();
        return snapshots.load(start, stream.confirmOffset()).thenCompose(loaded -> {
            long now = context.clock().millis();
            ProducerStates producers =
                    new ProducerStates(loaded.orElse(ProducerSnapshot.EMPTY), now, context.expirationMillis());
            long from = loaded.map(ProducerSnapshot::offset).orElse(start);
            boolean isCovered = loaded.isPresent() || from == stream.confirmOffset();
            SnapshotWriter writer = new SnapshotWriter(
                    stream, snapshots, context.settings().snapshotBytes(), background, isCovered ? from : NO_SNAPSHOT);
            return StreamScan.run(stream, from, batch -> replay(batch, producers, now))
                    .thenApply(replayed -> {
                        producers.dropBefore(start);
                        return PartitionLog.create(name, topicId, stream, producers, writer, context);
                    });
        });
    }

    private static void replay(FetchedBatch fetched, ProducerStates producers, long now) {
        for (MutableRecordBatch batch :
                MemoryRecords.readableRecords(fetched.payload()).batches()) {
            producers.add(batch, now);
        }
    }

    private void expireProducers() {
        try {
            open.forEach(PartitionLog::expireProducers);
        } catch (RuntimeException | Error e) {
            LOG.warn("expired producers are not all dropped; the next check does that", e);
        }
    }

    @Override
    public void close() {
        background.shutdown();
    }
}
