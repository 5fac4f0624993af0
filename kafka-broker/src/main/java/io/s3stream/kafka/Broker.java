package io.s3stream.kafka;

import io.s3stream.api.StoreConfig;
import io.s3stream.api.StreamStore;
import io.s3stream.kafka.catalogue.Catalogue;
import io.s3stream.kafka.catalogue.ProducerIds;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.groups.GroupCoordinators;
import io.s3stream.kafka.net.KafkaListener;
import io.s3stream.kafka.protocol.ApiTable;
import io.s3stream.kafka.protocol.FetchApi;
import io.s3stream.kafka.protocol.ListOffsetsApi;
import io.s3stream.kafka.protocol.MetadataApi;
import io.s3stream.kafka.protocol.ProduceApi;
import io.s3stream.kafka.protocol.ProducerApi;
import io.s3stream.kafka.protocol.TopicCreation;
import io.s3stream.kafka.protocol.TopicsApi;
import io.s3stream.kafka.protocol.groups.CoordinatorApi;
import io.s3stream.kafka.protocol.groups.GroupApis;
import io.s3stream.kafka.protocol.groups.GroupLocator;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.FindCoordinatorRequest.CoordinatorType;

/** A running broker: a store, the cluster's loop, and a listener. Owns all of them. */
public final class Broker implements AutoCloseable {

    /** As Kafka's default of {@code max.message.bytes}. */
    private static final int MAX_MESSAGE_BYTES = (1 << 20) + 12;

    /** A node that is paused or cut off is noticed by its silence; a heartbeat is one commit. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);

    private static final Duration SUSPECT_AFTER = Duration.ofSeconds(3);

    private static final int NETWORK_THREADS = 2;

    private static final String CLUSTER_ID = "s3stream";

    private final StreamStore store;
    private final Cluster cluster;
    private final GroupCoordinators groups;
    private final KafkaListener listener;

    private Broker(StreamStore store, Cluster cluster, GroupCoordinators groups, KafkaListener listener) {
        this.store = store;
        this.cluster = cluster;
        this.groups = groups;
        this.listener = listener;
    }

    /**
     * Opens the store and serves clients. Blocks until they can find this broker.
     *
     * @param onFailure called when the store can no longer append: another process has become this node, or the
     *     write-ahead log has failed. The caller closes this broker, and may start another
     * @throws IOException the address cannot be bound
     */
    public static Broker start(BrokerConfig config, Runnable onFailure) throws IOException {
        StoreEvents events = new StoreEvents(onFailure);
        StreamStore store = StreamStore.builder()
                .storage(config.storage())
                .wal(config.wal())
                .nodeId(config.nodeId())
                .listener(events)
                .config(StoreConfig.builder()
                        .heartbeatInterval(HEARTBEAT)
                        .suspectAfter(SUSPECT_AFTER)
                        .build())
                .open();
        Cluster cluster = new Cluster(store, config.nodeId());
        try {
            ApiTable apis = apis(config, cluster, new Catalogue(store), new ProducerIds(store));
            KafkaListener listener = new KafkaListener(config.host(), config.port(), NETWORK_THREADS, apis);
            try {
                events.tell(cluster);
                cluster.start(config.host(), listener.port(), 1).join();
                return new Broker(store, cluster, listener);
            } catch (RuntimeException | Error e) {
                listener.close();
                throw e;
            }
        } catch (IOException | RuntimeException | Error e) {
            groups.close();
            cluster.close();
            store.close();
            throw e;
        }
    }

    private static ApiTable apis(
            BrokerConfig config, Cluster cluster, Catalogue catalogue, ProducerIds ids, GroupCoordinators groups) {
        TopicCreation creation =
                new TopicCreation(catalogue, cluster, config.createsTopics(), config.defaultPartitions());
        MetadataApi metadata = new MetadataApi(CLUSTER_ID, cluster, creation);
        TopicsApi topics = new TopicsApi(catalogue, cluster, creation);
        GroupLocator groupLocator =
                new GroupLocator(groups, cluster, creation, config.groups().partitions());
        CoordinatorApi coordinators = new CoordinatorApi(Map.of(CoordinatorType.GROUP, groupLocator));
        ApiTable table = new ApiTable()
                .add(ApiKeys.PRODUCE, new ProduceApi(cluster, MAX_MESSAGE_BYTES)::produce)
                .add(ApiKeys.FETCH, new FetchApi(cluster)::fetch)
                .add(ApiKeys.LIST_OFFSETS, new ListOffsetsApi(cluster)::list)
                .add(ApiKeys.METADATA, metadata::metadata)
                .add(ApiKeys.DESCRIBE_CLUSTER, metadata::describeCluster)
                .add(ApiKeys.CREATE_TOPICS, topics::create)
                .add(ApiKeys.DELETE_TOPICS, topics::delete)
                .add(ApiKeys.CREATE_PARTITIONS, topics::grow)
                .add(ApiKeys.INIT_PRODUCER_ID, new ProducerApi(ids)::init)
                .add(ApiKeys.FIND_COORDINATOR, coordinators::find);
        GroupApis.add(table, groups, cluster, creation);
        return table;
    }

    /** The port that clients connect to. */
    public int port() {
        return listener.port();
    }

    /**
     * Gives the partitions to the other brokers. Completes when this broker leads none, or when no other one is ready.
     * Clients are served meanwhile, and afterwards.
     */
    public CompletableFuture<Void> drain() {
        return cluster.drain();
    }

    /** Closes the listener, then the store, which uploads what is only in the WAL. Blocks. */
    @Override
    public void close() {
        cluster.leave().join();
        listener.close();
        groups.close();
        cluster.close();
        store.close();
    }
}
