package io.s3stream.kafka.peer;

import io.s3stream.kafka.catalogue.BrokerAddress;
import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.producers.TransactionMarker;
import io.s3stream.kafka.transactions.MarkerSender;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.TransactionResult;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest.TxnMarkerEntry;
import org.apache.kafka.common.requests.WriteTxnMarkersResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes markers to the partitions of all brokers: a request to each broker that leads some of them. Immutable. A
 * partition without a leader, or whose leader does not answer, gets an error after which the coordinator tries again.
 */
public final class ClusterMarkerSender implements MarkerSender {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterMarkerSender.class);

    private final int self;
    private final Supplier<ClusterView> view;
    private final MarkerSender local;
    private final PeerClient peers;

    /**
     * @param self the id of this broker
     * @param view the newest view of the cluster
     * @param local writes to the partitions of this broker
     * @param peers stays the caller's
     */
    public ClusterMarkerSender(int self, Supplier<ClusterView> view, MarkerSender local, PeerClient peers) {
        this.self = self;
        this.view = view;
        this.local = local;
        this.peers = peers;
    }

    @Override
    public CompletableFuture<Map<TopicPartition, Errors>> send(
            TransactionMarker marker, Set<TopicPartition> partitions) {
        ClusterView present = view.get();
        Map<TopicPartition, Errors> outcomes = new HashMap<>();
        Set<TopicPartition> own = new HashSet<>();
        Map<BrokerAddress, Set<TopicPartition>> others = new HashMap<>();
        for (TopicPartition partition : partitions) {
            Optional<PartitionState> state = present.partition(partition);
            Optional<BrokerAddress> leader = present.leader(partition);
            if (state.isEmpty()) {
                outcomes.put(partition, Errors.UNKNOWN_TOPIC_OR_PARTITION);
            } else if (state.get().owner() == self) {
                own.add(partition);
            } else if (leader.isEmpty()) {
                outcomes.put(partition, Errors.NOT_LEADER_OR_FOLLOWER);
            } else {
                others.computeIfAbsent(leader.get(), broker -> new HashSet<>()).add(partition);
            }
        }
        List<CompletableFuture<Map<TopicPartition, Errors>>> parts = new ArrayList<>();
        if (!own.isEmpty()) {
            parts.add(local.send(marker, own));
        }
        others.forEach((broker, led) -> parts.add(send(broker, marker, led)));
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new)).thenApply(done -> {
            parts.forEach(part -> outcomes.putAll(part.join()));
            return outcomes;
        });
    }

    private CompletableFuture<Map<TopicPartition, Errors>> send(
            BrokerAddress broker, TransactionMarker marker, Set<TopicPartition> partitions) {
        TxnMarkerEntry entry = new TxnMarkerEntry(
                marker.producerId(),
                marker.producerEpoch(),
                marker.coordinatorEpoch(),
                marker.isCommit() ? TransactionResult.COMMIT : TransactionResult.ABORT,
                List.copyOf(partitions),
                marker.transactionVersion());
        WriteTxnMarkersRequest request = new WriteTxnMarkersRequest.Builder(List.of(entry))
                .build(ApiKeys.WRITE_TXN_MARKERS.latestVersion(false));
        return peers.send(broker, request)
                .thenApply(response -> written(response, marker.producerId()))
                .exceptionally(error -> {
                    LOG.debug(
                            "event=markers-not-sent broker={} producer={} reason={}",
                            broker.id(),
                            marker.producerId(),
                            error.getMessage());
                    return Map.of();
                })
                .thenApply(written -> outcomes(partitions, written));
    }

    private static Map<TopicPartition, Errors> written(AbstractResponse response, long producerId) {
        return ((WriteTxnMarkersResponse) response).errorsByProducerId().getOrDefault(producerId, Map.of());
    }

    private static Map<TopicPartition, Errors> outcomes(
            Set<TopicPartition> partitions, Map<TopicPartition, Errors> written) {
        Map<TopicPartition, Errors> outcomes = new HashMap<>();
        for (TopicPartition partition : partitions) {
            Errors error = written.getOrDefault(partition, Errors.NOT_LEADER_OR_FOLLOWER);
            // This broker knows the partition, so the other one has an older view. Only the coordinator's own view may
            // say that a partition was deleted, because a deleted partition gets no marker.
            outcomes.put(partition, error == Errors.UNKNOWN_TOPIC_OR_PARTITION ? Errors.NOT_LEADER_OR_FOLLOWER : error);
        }
        return outcomes;
    }
}
