package io.s3stream.kafka.transactions;

import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.catalogue.ProducerIds;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.cluster.ClusterListener;
import io.s3stream.kafka.partition.PartitionLog;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.ProducerIdAndEpoch;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.coordinator.transaction.TransactionMetadata;
import org.apache.kafka.coordinator.transaction.TransactionState;
import org.apache.kafka.server.common.TransactionVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The coordinator of the transactional ids whose partition of {@code __transaction_state} this broker leads. It writes
 * each transition to the log before it answers. Thread-safe: one thread owns all states and makes all decisions; the
 * returned futures complete on it and never fail.
 */
public final class TransactionCoordinator implements ClusterListener, PartitionVerifier, AutoCloseable {

    /** The topic of the states. */
    public static final String TOPIC = org.apache.kafka.common.internals.Topic.TRANSACTION_STATE_TOPIC_NAME;

    private static final Logger LOG = LoggerFactory.getLogger(TransactionCoordinator.class);

    /** How long a request waits for the end of the transition before it, such as the markers of the last transaction. */
    private static final long MAX_WAIT_MILLIS = 1000;

    private static final Duration LOAD_RETRY = Duration.ofSeconds(1);

    private final TransactionSettings settings;
    private final ProducerIds ids;
    private final Clock clock;
    private final CoordinatorThread thread = new CoordinatorThread();
    private final Transitions transitions;

    /** The partitions that are loaded, by index. Confined to the coordinator's thread. */
    private final Map<Integer, StatePartition> partitions = new HashMap<>();

    /** The logs of the partitions that are loaded or loading. Confined to the coordinator's thread. */
    private final Map<Integer, PartitionLog> logs = new HashMap<>();

    private volatile int partitionCount;

    public TransactionCoordinator(TransactionSettings settings, ProducerIds ids, MarkerSender markers, Clock clock) {
        this.settings = settings;
        this.ids = ids;
        this.clock = clock;
        transitions = new Transitions(thread, markers, clock, partition -> partitions.containsValue(partition));
        TransactionExpiry expiry = new TransactionExpiry(settings, clock, partitions, this::abortTimedOut, transitions);
        thread.repeat(settings.checkInterval(), expiry::abortTimedOut);
        thread.repeat(settings.checkInterval(), expiry::forgetIdle);
    }

    /** The partition that a transactional id belongs to, or nothing before the topic exists. */
    public OptionalInt partitionFor(String transactionalId) {
        int count = partitionCount;
        return count == 0 ? OptionalInt.empty() : OptionalInt.of(Utils.abs(transactionalId.hashCode()) % count);
    }

    @Override
    public void viewed(ClusterView view) {
        partitionCount = view.topic(TOPIC)
                .map(Topic::partitions)
                .map(java.util.List::size)
                .orElse(0);
    }

    /** Loads a partition, and completes the transactions whose outcome its log has. */
    @Override
    public void opened(PartitionLog log) {
        if (log.name().topic().equals(TOPIC)) {
            thread.run(() -> load(log));
        }
    }

    private void load(PartitionLog log) {
        int index = log.name().partition();
        logs.put(index, log);
        StateLog.load(log, thread, settings.rewriteBytes()).whenComplete((loaded, error) -> {
            if (error != null) {
                LOG.error("{} is not loaded; the next attempt follows in {}", log.name(), LOAD_RETRY, error);
                thread.runAfter(LOAD_RETRY, () -> {
                    if (logs.get(index) == log) {
                        load(log);
                    }
                });
            } else if (logs.get(index) == log) {
                StatePartition partition = new StatePartition(loaded);
                partitions.put(index, partition);
                LOG.info(
                        "{}: {} transactional ids",
                        log.name(),
                        loaded.transactions().size());
                for (TransactionMetadata metadata : loaded.transactions().values()) {
                    if (metadata.state() == TransactionState.PREPARE_COMMIT
                            || metadata.state() == TransactionState.PREPARE_ABORT) {
                        transitions.complete(partition, metadata);
                    }
                }
            }
        });
    }

    @Override
    public void closed(PartitionLog log) {
        if (log.name().topic().equals(TOPIC)) {
            thread.run(() -> {
                int index = log.name().partition();
                if (logs.remove(index, log)) {
                    StatePartition partition = partitions.remove(index);
                    if (partition != null) {
                        partition.resign();
                    }
                }
            });
        }
    }

    private Optional<StatePartition> find(String transactionalId) {
        OptionalInt index = partitionFor(transactionalId);
        return index.isEmpty() ? Optional.empty() : Optional.ofNullable(partitions.get(index.getAsInt()));
    }

    private Errors missing(String transactionalId) {
        OptionalInt index = partitionFor(transactionalId);
        return index.isPresent() && logs.containsKey(index.getAsInt())
                ? Errors.COORDINATOR_LOAD_IN_PROGRESS
                : Errors.NOT_COORDINATOR;
    }

    /**
     * Begins a new instance of a producer, and fences the instances before it. If one of them has an ongoing
     * transaction, the coordinator aborts it and answers {@code CONCURRENT_TRANSACTIONS}: the producer tries again.
     *
     * @param expected the id and epoch of a producer that recovers from an error
     */
    public CompletableFuture<ProducerResult> init(
            String transactionalId, int timeoutMs, Optional<ProducerIdAndEpoch> expected) {
        if (transactionalId.isEmpty()) {
            return CompletableFuture.completedFuture(ProducerResult.failed(Errors.INVALID_REQUEST));
        }
        if (timeoutMs <= 0 || timeoutMs > settings.maxTimeout().toMillis()) {
            return CompletableFuture.completedFuture(ProducerResult.failed(Errors.INVALID_TRANSACTION_TIMEOUT));
        }
        return producerCall(() -> {
            Optional<StatePartition> partition = find(transactionalId);
            if (partition.isEmpty()) {
                return refused(missing(transactionalId));
            }
            TransactionMetadata metadata = partition.get().transactions().get(transactionalId);
            boolean needsId = metadata == null || metadata.isProducerEpochExhausted();
            return nextId(needsId).thenComposeAsync(newId -> init(transactionalId, timeoutMs, expected, newId), thread);
        });
    }

    private CompletableFuture<Long> nextId(boolean isNeeded) {
        return isNeeded ? ids.next() : CompletableFuture.completedFuture(RecordBatch.NO_PRODUCER_ID);
    }

    private CompletableFuture<ProducerResult> init(
            String transactionalId, int timeoutMs, Optional<ProducerIdAndEpoch> expected, long newId) {
        Optional<StatePartition> found = find(transactionalId);
        if (found.isEmpty()) {
            return refused(missing(transactionalId));
        }
        StatePartition partition = found.get();
        TransactionMetadata metadata = partition.transactions().get(transactionalId);
        if (metadata == null) {
            if (newId == RecordBatch.NO_PRODUCER_ID) {
                return refused(Errors.CONCURRENT_TRANSACTIONS); // it expired since the id was asked for
            }
            metadata = newMetadata(transactionalId, newId, timeoutMs);
            partition.transactions().put(transactionalId, metadata);
        }
        Decision decision = TransactionRules.init(metadata, timeoutMs, expected, newId, clock.millis());
        if (decision instanceof Decision.Refuse refuse) {
            return refused(refuse.error());
        }
        var next = ((Decision.Transit) decision).next();
        if (next.txnState() == TransactionState.PREPARE_EPOCH_FENCE) {
            TransactionalProducer fenced =
                    new TransactionalProducer(transactionalId, next.producerId(), next.producerEpoch());
            return end(partition, metadata, fenced, false, false, TransactionVersion.TV_2)
                    .thenApply(ended -> ProducerResult.failed(
                            ended.error() == Errors.NONE ? Errors.CONCURRENT_TRANSACTIONS : ended.error()));
        }
        return transitions
                .append(partition, metadata, next)
                .thenApply(error -> error == Errors.NONE
                        ? new ProducerResult(error, next.producerId(), next.producerEpoch())
                        : ProducerResult.failed(error));
    }

    private TransactionMetadata newMetadata(String transactionalId, long producerId, int timeoutMs) {
        return new TransactionMetadata(
                transactionalId,
                producerId,
                RecordBatch.NO_PRODUCER_ID,
                RecordBatch.NO_PRODUCER_ID,
                RecordBatch.NO_PRODUCER_EPOCH,
                RecordBatch.NO_PRODUCER_EPOCH,
                timeoutMs,
                TransactionState.EMPTY,
                new HashSet<>(),
                -1,
                clock.millis(),
                TransactionVersion.TV_0);
    }

    /** Adds partitions to the transaction of a producer, and begins it if it is not ongoing. */
    public CompletableFuture<Errors> add(
            TransactionalProducer producer, Set<TopicPartition> added, TransactionVersion version) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MAX_WAIT_MILLIS);
        return errorCall(() -> add(producer, added, version, deadline));
    }

    private CompletableFuture<Errors> add(
            TransactionalProducer producer, Set<TopicPartition> added, TransactionVersion version, long deadline) {
        String id = producer.transactionalId();
        if (id.isEmpty()) {
            return CompletableFuture.completedFuture(Errors.INVALID_REQUEST);
        }
        Optional<StatePartition> found = find(id);
        TransactionMetadata metadata =
                found.map(partition -> partition.transactions().get(id)).orElse(null);
        if (found.isEmpty() || metadata == null) {
            return CompletableFuture.completedFuture(
                    found.isEmpty() ? missing(id) : Errors.INVALID_PRODUCER_ID_MAPPING);
        }
        Decision decision = TransactionRules.add(metadata, producer, added, version, clock.millis());
        if (decision instanceof Decision.Transit transit) {
            return transitions.append(found.get(), metadata, transit.next());
        }
        Errors error = decision instanceof Decision.Refuse refuse ? refuse.error() : Errors.NONE;
        long left = deadline - System.nanoTime();
        if (error == Errors.CONCURRENT_TRANSACTIONS && left > 0) {
            return found.get()
                    .whenIdle(id)
                    .completeOnTimeout(null, left, TimeUnit.NANOSECONDS)
                    .thenComposeAsync(
                            idle -> System.nanoTime() < deadline
                                    ? add(producer, added, version, deadline)
                                    : CompletableFuture.completedFuture(Errors.CONCURRENT_TRANSACTIONS),
                            thread);
        }
        return CompletableFuture.completedFuture(error);
    }

    @Override
    public CompletableFuture<Map<TopicPartition, Errors>> verify(
            TransactionalProducer producer, Set<TopicPartition> wanted, boolean isAdded) {
        if (isAdded) {
            return add(producer, wanted, TransactionVersion.TV_2).thenApply(error -> outcomes(wanted, error));
        }
        return thread.call(() -> CompletableFuture.completedFuture(verified(producer, wanted)))
                .exceptionally(error -> outcomes(wanted, Errors.COORDINATOR_NOT_AVAILABLE));
    }

    private Map<TopicPartition, Errors> verified(TransactionalProducer producer, Set<TopicPartition> wanted) {
        String id = producer.transactionalId();
        Optional<StatePartition> found = find(id);
        TransactionMetadata metadata =
                found.map(partition -> partition.transactions().get(id)).orElse(null);
        if (found.isEmpty() || metadata == null) {
            return outcomes(wanted, found.isEmpty() ? missing(id) : Errors.INVALID_PRODUCER_ID_MAPPING);
        }
        Errors error = TransactionRules.check(metadata, producer);
        Map<TopicPartition, Errors> outcomes = outcomes(wanted, error);
        if (error == Errors.NONE) {
            outcomes.replaceAll((partition, none) ->
                    metadata.topicPartitions().contains(partition) ? Errors.NONE : Errors.TRANSACTION_ABORTABLE);
        }
        return outcomes;
    }

    private static Map<TopicPartition, Errors> outcomes(Set<TopicPartition> partitions, Errors error) {
        Map<TopicPartition, Errors> outcomes = new HashMap<>();
        partitions.forEach(partition -> outcomes.put(partition, error));
        return outcomes;
    }

    /**
     * Commits or aborts the transaction of a producer. Completes when the outcome is durable; the markers follow.
     *
     * @return with version 2 the epoch of the next transaction
     */
    public CompletableFuture<ProducerResult> end(
            TransactionalProducer producer, boolean isCommit, TransactionVersion version) {
        String id = producer.transactionalId();
        if (id.isEmpty()) {
            return CompletableFuture.completedFuture(ProducerResult.failed(Errors.INVALID_REQUEST));
        }
        return producerCall(() -> {
            Optional<StatePartition> found = find(id);
            TransactionMetadata metadata =
                    found.map(partition -> partition.transactions().get(id)).orElse(null);
            if (found.isEmpty() || metadata == null) {
                return refused(found.isEmpty() ? missing(id) : Errors.INVALID_PRODUCER_ID_MAPPING);
            }
            return end(found.get(), metadata, producer, isCommit, true, version);
        });
    }

    private CompletableFuture<ProducerResult> end(
            StatePartition partition,
            TransactionMetadata metadata,
            TransactionalProducer producer,
            boolean isCommit,
            boolean isFromClient,
            TransactionVersion version) {
        if (!version.supportsEpochBump() || !metadata.isProducerEpochExhausted()) {
            return transitions.end(
                    partition, metadata, decideEnd(metadata, producer, isCommit, isFromClient, version, -1));
        }
        return nextId(true)
                .handleAsync(
                        (newId, error) -> {
                            if (error == null && partitions.containsValue(partition)) {
                                return transitions.end(
                                        partition,
                                        metadata,
                                        decideEnd(metadata, producer, isCommit, isFromClient, version, newId));
                            }
                            if (!isFromClient) {
                                metadata.pendingState(Optional.empty()); // there is no fence without an id
                            }
                            return refused(error == null ? Errors.NOT_COORDINATOR : Errors.COORDINATOR_NOT_AVAILABLE);
                        },
                        thread)
                .thenCompose(ended -> ended);
    }

    private Decision decideEnd(
            TransactionMetadata metadata,
            TransactionalProducer producer,
            boolean isCommit,
            boolean isFromClient,
            TransactionVersion version,
            long newId) {
        return version.supportsEpochBump()
                ? TransactionRules.endV2(metadata, producer, isCommit, isFromClient, newId, clock.millis())
                : TransactionRules.endV1(metadata, producer, isCommit, isFromClient, clock.millis());
    }

    /** Fences the producer of a transaction that has timed out, and aborts the transaction. */
    private void abortTimedOut(StatePartition partition, TransactionMetadata metadata) {
        var fence = metadata.prepareFenceProducerEpoch();
        TransactionalProducer fenced =
                new TransactionalProducer(metadata.transactionalId(), fence.producerId(), fence.producerEpoch());
        end(partition, metadata, fenced, false, false, TransactionVersion.TV_2)
                .thenAccept(ended -> LOG.info(
                        "{}: the transaction timed out and is aborted: {}", fenced.transactionalId(), ended.error()));
    }

    /** Questions about the transactions of this broker. */
    public TransactionQueries queries() {
        return new TransactionQueries(thread, partitions, this::find, this::missing, clock);
    }

    private static CompletableFuture<ProducerResult> refused(Errors error) {
        return CompletableFuture.completedFuture(ProducerResult.failed(error));
    }

    private CompletableFuture<ProducerResult> producerCall(Supplier<CompletableFuture<ProducerResult>> call) {
        return thread.call(call).exceptionally(error -> {
            LOG.warn("a request for a transaction failed", error);
            return ProducerResult.failed(Errors.COORDINATOR_NOT_AVAILABLE);
        });
    }

    private CompletableFuture<Errors> errorCall(Supplier<CompletableFuture<Errors>> call) {
        return thread.call(call).exceptionally(error -> {
            LOG.warn("a request for a transaction failed", error);
            return Errors.COORDINATOR_NOT_AVAILABLE;
        });
    }

    /** Ends the coordinator's thread. Transitions in progress are in the log or not, as after a crash. */
    @Override
    public void close() {
        thread.close();
    }
}
