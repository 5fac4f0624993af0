package io.s3stream.kafka.peer;

import io.s3stream.kafka.catalogue.BrokerAddress;
import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.transactions.PartitionVerifier;
import io.s3stream.kafka.transactions.TransactionCoordinator;
import io.s3stream.kafka.transactions.TransactionalProducer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTopic;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTopicCollection;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTransaction;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTransactionCollection;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.AddPartitionsToTxnRequest;
import org.apache.kafka.common.requests.AddPartitionsToTxnResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the coordinator of a transaction, on this broker or another one. Immutable. A coordinator that is not known, or
 * does not answer, gives COORDINATOR_NOT_AVAILABLE for all partitions: the producer tries again.
 */
public final class ClusterPartitionVerifier implements PartitionVerifier {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterPartitionVerifier.class);

    private final int self;
    private final Supplier<ClusterView> view;
    private final PartitionVerifier local;
    private final Function<String, OptionalInt> statePartition;
    private final PeerClient peers;

    /**
     * @param self the id of this broker
     * @param view the newest view of the cluster
     * @param local the coordinator of this broker
     * @param statePartition the partition of {@code __transaction_state} of a transactional id, or nothing before the
     *     topic exists
     * @param peers stays the caller's
     */
    public ClusterPartitionVerifier(
            int self,
            Supplier<ClusterView> view,
            PartitionVerifier local,
            Function<String, OptionalInt> statePartition,
            PeerClient peers) {
        this.self = self;
        this.view = view;
        this.local = local;
        this.statePartition = statePartition;
        this.peers = peers;
    }

    @Override
    public CompletableFuture<Map<TopicPartition, Errors>> verify(
            TransactionalProducer producer, Set<TopicPartition> partitions, boolean isAdded) {
        OptionalInt index = statePartition.apply(producer.transactionalId());
        if (index.isEmpty()) {
            return CompletableFuture.completedFuture(outcomes(partitions, Map.of()));
        }
        ClusterView present = view.get();
        TopicPartition state = new TopicPartition(TransactionCoordinator.TOPIC, index.getAsInt());
        if (present.partition(state).filter(known -> known.owner() == self).isPresent()) {
            return local.verify(producer, partitions, isAdded);
        }
        Optional<BrokerAddress> coordinator = present.leader(state);
        if (coordinator.isEmpty()) {
            return CompletableFuture.completedFuture(outcomes(partitions, Map.of()));
        }
        return peers.send(coordinator.get(), request(producer, partitions, isAdded))
                .thenApply(response -> answered(response, producer))
                .exceptionally(error -> {
                    LOG.debug(
                            "event=transaction-not-verified coordinator={} id={} reason={}",
                            coordinator.get().id(),
                            producer.transactionalId(),
                            error.getMessage());
                    return Map.of();
                })
                .thenApply(answered -> outcomes(partitions, answered));
    }

    private static AddPartitionsToTxnRequest request(
            TransactionalProducer producer, Set<TopicPartition> partitions, boolean isAdded) {
        AddPartitionsToTxnTopicCollection topics = new AddPartitionsToTxnTopicCollection();
        for (TopicPartition partition : partitions) {
            AddPartitionsToTxnTopic topic = topics.find(partition.topic());
            if (topic == null) {
                topic = new AddPartitionsToTxnTopic().setName(partition.topic());
                topics.add(topic);
            }
            topic.partitions().add(partition.partition());
        }
        AddPartitionsToTxnTransactionCollection transactions = new AddPartitionsToTxnTransactionCollection();
        transactions.add(new AddPartitionsToTxnTransaction()
                .setTransactionalId(producer.transactionalId())
                .setProducerId(producer.producerId())
                .setProducerEpoch(producer.producerEpoch())
                .setVerifyOnly(!isAdded)
                .setTopics(topics));
        return AddPartitionsToTxnRequest.Builder.forBroker(transactions)
                .build(ApiKeys.ADD_PARTITIONS_TO_TXN.latestVersion(false));
    }

    private static Map<TopicPartition, Errors> answered(AbstractResponse response, TransactionalProducer producer) {
        return ((AddPartitionsToTxnResponse) response).errors().getOrDefault(producer.transactionalId(), Map.of());
    }

    private static Map<TopicPartition, Errors> outcomes(
            Set<TopicPartition> partitions, Map<TopicPartition, Errors> answered) {
        Map<TopicPartition, Errors> outcomes = new HashMap<>();
        for (TopicPartition partition : partitions) {
            Errors error = answered.getOrDefault(partition, Errors.COORDINATOR_NOT_AVAILABLE);
            outcomes.put(partition, isOfOldView(error) ? Errors.COORDINATOR_NOT_AVAILABLE : error);
        }
        return outcomes;
    }

    /** This broker leads the partitions, so a coordinator that does not know all of them has an older view. */
    private static boolean isOfOldView(Errors error) {
        return error == Errors.UNKNOWN_TOPIC_OR_PARTITION || error == Errors.OPERATION_NOT_ATTEMPTED;
    }
}
