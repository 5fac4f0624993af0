package io.s3stream.kafka;

import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.catalogue.ProducerIds;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.groups.GroupCoordinators;
import io.s3stream.kafka.groups.GroupMarkers;
import io.s3stream.kafka.peer.ClusterMarkerSender;
import io.s3stream.kafka.peer.ClusterPartitionVerifier;
import io.s3stream.kafka.peer.PeerClient;
import io.s3stream.kafka.peer.PeerSecurity;
import io.s3stream.kafka.protocol.ApiTable;
import io.s3stream.kafka.protocol.ProducerApi;
import io.s3stream.kafka.protocol.StoreErrors;
import io.s3stream.kafka.protocol.TopicCreation;
import io.s3stream.kafka.protocol.groups.CoordinatorLocator;
import io.s3stream.kafka.protocol.transactions.TransactionApi;
import io.s3stream.kafka.protocol.transactions.TransactionLocator;
import io.s3stream.kafka.protocol.transactions.TransactionalOffsetsApi;
import io.s3stream.kafka.transactions.LocalMarkerSender;
import io.s3stream.kafka.transactions.MarkerSender;
import io.s3stream.kafka.transactions.PartitionVerifier;
import io.s3stream.kafka.transactions.TransactionCoordinator;
import io.s3stream.kafka.transactions.TransactionSettings;
import java.time.Clock;
import java.util.Map;
import org.apache.kafka.common.protocol.ApiKeys;

/** Wires the transactions of a broker. */
final class Transactions {

    private final Cluster cluster;
    private final ProducerIds ids;
    private final GroupCoordinators groups;
    private final TransactionSettings settings;

    /** Writes to the logs of this broker. */
    private final MarkerSender markers;

    private final TransactionCoordinator coordinator;
    private final PartitionVerifier verifier;

    /**
     * Adds its parts to the listeners of the cluster, which has not started.
     *
     * @param self the id of this broker
     * @param security of connections to other brokers
     * @param open gets the coordinator and its connections to other brokers
     */
    Transactions(
            int self,
            Cluster cluster,
            ProducerIds ids,
            GroupCoordinators groups,
            TransactionSettings settings,
            PeerSecurity security,
            OpenParts open) {
        this.cluster = cluster;
        this.ids = ids;
        this.groups = groups;
        this.settings = settings;
        PeerClient markerPeers = open.closedFirst(new PeerClient("kafka-markers", PeerClient.TIMEOUT, security));
        PeerClient verifierPeers =
                open.closedFirst(new PeerClient("kafka-verifications", PeerClient.TIMEOUT, security));
        markers = new LocalMarkerSender(
                cluster, Map.of(GroupCoordinators.TOPIC, new GroupMarkers(groups)), StoreErrors::of);
        coordinator = open.closedFirst(new TransactionCoordinator(
                settings, ids, new ClusterMarkerSender(self, cluster::view, markers, markerPeers), Clock.systemUTC()));
        verifier = new ClusterPartitionVerifier(
                self, cluster::view, coordinator, coordinator::partitionFor, verifierPeers);
        groups.verifyWith(verifier);
        cluster.addListener(coordinator);
        cluster.addListener(markerPeers);
        cluster.addListener(verifierPeers);
    }

    /** Asks the coordinators of transactions, of this broker and of others. */
    PartitionVerifier verifier() {
        return verifier;
    }

    /** Finds coordinators for FindCoordinator. */
    CoordinatorLocator locator(TopicCreation creation) {
        return new TransactionLocator(coordinator, cluster, creation, settings.partitions());
    }

    /** Adds the requests of transactions, but FindCoordinator. */
    void addTo(ApiTable apis, Access access) {
        TransactionApi transactions = new TransactionApi(coordinator, cluster, markers, groups::partitionFor, access);
        TransactionalOffsetsApi offsets = new TransactionalOffsetsApi(groups, cluster, access);
        ProducerApi producers = new ProducerApi(ids, coordinator, cluster, access);
        apis.add(ApiKeys.INIT_PRODUCER_ID, producers::init)
                .add(ApiKeys.DESCRIBE_PRODUCERS, producers::describe)
                .add(ApiKeys.ADD_PARTITIONS_TO_TXN, transactions::addPartitions)
                .add(ApiKeys.ADD_OFFSETS_TO_TXN, transactions::addOffsets)
                .add(ApiKeys.TXN_OFFSET_COMMIT, offsets::commit)
                .add(ApiKeys.END_TXN, transactions::end)
                .add(ApiKeys.WRITE_TXN_MARKERS, transactions::writeMarkers)
                .add(ApiKeys.DESCRIBE_TRANSACTIONS, transactions::describe)
                .add(ApiKeys.LIST_TRANSACTIONS, transactions::list);
    }
}
