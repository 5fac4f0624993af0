package io.s3stream.kafka;

import io.s3stream.api.StreamStore;
import io.s3stream.kafka.catalogue.BrokerAddress;
import io.s3stream.kafka.catalogue.Catalogue;
import io.s3stream.kafka.catalogue.ProducerIds;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.groups.GroupCoordinators;
import io.s3stream.kafka.net.KafkaListener;
import io.s3stream.kafka.partition.LogSettings;
import io.s3stream.kafka.partition.PartitionLogs;
import io.s3stream.kafka.protocol.ApiTable;
import io.s3stream.kafka.protocol.FetchApi;
import io.s3stream.kafka.protocol.ListOffsetsApi;
import io.s3stream.kafka.protocol.MetadataApi;
import io.s3stream.kafka.protocol.ProduceApi;
import io.s3stream.kafka.protocol.TopicCreation;
import io.s3stream.kafka.protocol.TopicsApi;
import io.s3stream.kafka.protocol.groups.CoordinatorApi;
import io.s3stream.kafka.protocol.groups.GroupApis;
import io.s3stream.kafka.protocol.groups.GroupLocator;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.FindCoordinatorRequest.CoordinatorType;

/** A running broker: a store, the cluster's loop, and a listener. Owns all of them. */
public final class Broker implements AutoCloseable {

    /** As Kafka's default of {@code max.message.bytes}. */
    private static final int MAX_MESSAGE_BYTES = (1 << 20) + 12;

    private static final int NETWORK_THREADS = 2;

    private static final String CLUSTER_ID = "s3stream";

    private final StreamStore store;
    private final PartitionLogs logs;
    private final Cluster cluster;
    private final GroupCoordinators groups;
    private final Transactions transactions;
    private final KafkaListener listener;

    private Broker(
            StreamStore store,
            PartitionLogs logs,
            Cluster cluster,
            GroupCoordinators groups,
            Transactions transactions,
            KafkaListener listener) {
        this.store = store;
        this.logs = logs;
        this.cluster = cluster;
        this.groups = groups;
        this.transactions = transactions;
        this.listener = listener;
    }

    /** Opens the store and serves clients. Blocks until the partitions of this broker are open. */
    public static Broker start(BrokerConfig config) throws IOException {
        StreamStore store = StreamStore.builder()
                .storage(config.storage())
                .wal(config.wal())
                .nodeId(config.nodeId())
                .open();
        Catalogue catalogue = new Catalogue(store);
        PartitionLogs logs = new PartitionLogs(store, LogSettings.DEFAULTS, Clock.systemUTC());
        Cluster cluster = new Cluster(store, catalogue, logs);
        GroupCoordinators groups = new GroupCoordinators(config.nodeId(), config.groups());
        cluster.addListener(groups);
        Transactions transactions = new Transactions(cluster, new ProducerIds(store), groups, config.transactions());
        try {
            ApiTable apis = apis(config, cluster, catalogue, groups, transactions);
            KafkaListener listener = new KafkaListener(config.host(), config.port(), NETWORK_THREADS, apis);
            Broker broker = new Broker(store, logs, cluster, groups, transactions, listener);
            try {
                cluster.start(new BrokerAddress(config.nodeId(), config.host(), listener.port()))
                        .join();
                return broker;
            } catch (RuntimeException | Error e) {
                listener.close();
                throw e;
            }
        } catch (IOException | RuntimeException | Error e) {
            transactions.close();
            groups.close();
            cluster.close();
            store.close();
            logs.close();
            throw e;
        }
    }

    private static ApiTable apis(
            BrokerConfig config,
            Cluster cluster,
            Catalogue catalogue,
            GroupCoordinators groups,
            Transactions transactions) {
        TopicCreation creation =
                new TopicCreation(catalogue, cluster, config.createsTopics(), config.defaultPartitions());
        MetadataApi metadata = new MetadataApi(CLUSTER_ID, cluster, creation);
        TopicsApi topics = new TopicsApi(catalogue, cluster, creation);
        ApiTable apis = new ApiTable()
                .add(ApiKeys.PRODUCE, new ProduceApi(cluster, MAX_MESSAGE_BYTES, transactions.coordinator())::produce)
                .add(ApiKeys.FETCH, new FetchApi(cluster)::fetch)
                .add(ApiKeys.LIST_OFFSETS, new ListOffsetsApi(cluster)::list)
                .add(ApiKeys.METADATA, metadata::metadata)
                .add(ApiKeys.DESCRIBE_CLUSTER, metadata::describeCluster)
                .add(ApiKeys.CREATE_TOPICS, topics::create)
                .add(ApiKeys.DELETE_TOPICS, topics::delete)
                .add(ApiKeys.CREATE_PARTITIONS, topics::grow);
        GroupLocator groupLocator =
                new GroupLocator(groups, cluster, creation, config.groups().partitions());
        CoordinatorApi coordinators = new CoordinatorApi(Map.of(
                CoordinatorType.GROUP, groupLocator, CoordinatorType.TRANSACTION, transactions.locator(creation)));
        apis.add(ApiKeys.FIND_COORDINATOR, coordinators::find);
        GroupApis.add(apis, groups, cluster, creation);
        transactions.addTo(apis);
        return apis;
    }

    /** The port that clients connect to. */
    public int port() {
        return listener.port();
    }

    /** Closes the listener, then the store, which uploads what is only in the WAL. Blocks. */
    @Override
    public void close() {
        listener.close();
        transactions.close();
        groups.close();
        cluster.close();
        store.close();
        logs.close();
    }
}
