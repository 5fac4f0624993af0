package io.s3stream.kafka;

import io.s3stream.kafka.catalogue.ProducerIds;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.groups.GroupCoordinators;
import io.s3stream.kafka.producers.TransactionMarker;
import io.s3stream.kafka.protocol.ApiTable;
import io.s3stream.kafka.protocol.ProducerApi;
import io.s3stream.kafka.protocol.StoreErrors;
import io.s3stream.kafka.protocol.TopicCreation;
import io.s3stream.kafka.protocol.TransactionApi;
import io.s3stream.kafka.protocol.TransactionLocator;
import io.s3stream.kafka.transactions.LocalMarkerSender;
import io.s3stream.kafka.transactions.MarkerSender;
import io.s3stream.kafka.transactions.TransactionCoordinator;
import io.s3stream.kafka.transactions.TransactionSettings;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.TransactionResult;
import org.apache.kafka.server.common.TransactionVersion;

/** Wires the transactions of a broker. Owns their coordinator. */
final class Transactions implements AutoCloseable {

    private final Cluster cluster;
    private final ProducerIds ids;
    private final TransactionSettings settings;
    private final MarkerSender markers;
    private final GroupCoordinators groups;
    private final TransactionCoordinator coordinator;

    /** Adds the coordinator to the listeners of the cluster, which has not started. */
    Transactions(Cluster cluster, ProducerIds ids, TransactionSettings settings, GroupCoordinators groups) {
        this.cluster = cluster;
        this.ids = ids;
        this.settings = settings;
        this.groups = groups;
        markers = new LocalMarkerSender(cluster, Map.of(GroupCoordinators.TOPIC, this::endOffsets), StoreErrors::of);
        coordinator = new TransactionCoordinator(settings, ids, markers, Clock.systemUTC());
        cluster.addListener(coordinator);
    }

    TransactionCoordinator coordinator() {
        return coordinator;
    }

    /** The coordinators of groups write the markers of their topic, and apply the offsets of the transaction. */
    private CompletableFuture<Void> endOffsets(TopicPartition partition, TransactionMarker marker) {
        return groups.service()
                .completeTransaction(
                        partition,
                        marker.producerId(),
                        marker.producerEpoch(),
                        marker.coordinatorEpoch(),
                        marker.isCommit() ? TransactionResult.COMMIT : TransactionResult.ABORT,
                        TransactionVersion.TV_2.featureLevel());
    }

    /** Adds all requests of transactions but FindCoordinator, for which it returns the locator. */
    TransactionLocator addTo(ApiTable apis, TopicCreation creation) {
        TransactionApi transactions =
                new TransactionApi(coordinator, cluster, markers, groups::partitionFor);
        ProducerApi producers = new ProducerApi(ids, coordinator, cluster);
        apis.add(ApiKeys.INIT_PRODUCER_ID, producers::init)
                .add(ApiKeys.DESCRIBE_PRODUCERS, producers::describe)
                .add(ApiKeys.ADD_PARTITIONS_TO_TXN, transactions::addPartitions)
                .add(ApiKeys.ADD_OFFSETS_TO_TXN, transactions::addOffsets)
                .add(ApiKeys.END_TXN, transactions::end)
                .add(ApiKeys.WRITE_TXN_MARKERS, transactions::writeMarkers)
                .add(ApiKeys.DESCRIBE_TRANSACTIONS, transactions::describe)
                .add(ApiKeys.LIST_TRANSACTIONS, transactions::list);
        return new TransactionLocator(coordinator, cluster, creation, settings.partitions());
    }

    @Override
    public void close() {
        coordinator.close();
    }
}
