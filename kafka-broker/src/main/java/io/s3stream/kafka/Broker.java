package io.s3stream.kafka;

import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.kafka.catalogue.BrokerAddress;
import io.s3stream.kafka.catalogue.Catalogue;
import io.s3stream.kafka.catalogue.ProducerIds;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.net.KafkaListener;
import io.s3stream.kafka.protocol.ApiTable;
import io.s3stream.kafka.protocol.FetchApi;
import io.s3stream.kafka.protocol.ListOffsetsApi;
import io.s3stream.kafka.protocol.MetadataApi;
import io.s3stream.kafka.protocol.ProduceApi;
import io.s3stream.kafka.protocol.ProducerApi;
import io.s3stream.kafka.protocol.TopicCreation;
import io.s3stream.kafka.protocol.TopicsApi;
import io.s3stream.kafka.protocol.admin.AdminApis;
import io.s3stream.kafka.protocol.admin.BrokerProperties;
import io.s3stream.kafka.retention.RetentionLoop;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.protocol.ApiKeys;

/** A running broker: a store, the cluster's loop, and a listener. Owns all of them. */
public final class Broker implements AutoCloseable {

    private static final String CLUSTER_ID = "s3stream";

    private final StreamStore store;
    private final Cluster cluster;
    private final FetchApi fetch;
    private final RetentionLoop retention;
    private final KafkaListener listener;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    private Broker(
            StreamStore store, Cluster cluster, FetchApi fetch, RetentionLoop retention, KafkaListener listener) {
        this.store = store;
        this.cluster = cluster;
        this.fetch = fetch;
        this.retention = retention;
        this.listener = listener;
    }

    /** As {@link #start(BrokerConfig, BrokerOptions)}, with defaults. */
    public static Broker start(BrokerConfig config) throws IOException {
        return start(config, BrokerOptions.defaults());
    }

    /** Opens the store and serves clients. Blocks until the partitions of this broker are open. */
    public static Broker start(BrokerConfig config, BrokerOptions options) throws IOException {
        StreamStore store = open(config, options);
        Catalogue catalogue = new Catalogue(store);
        Cluster cluster = new Cluster(store, catalogue);
        FetchApi fetch = new FetchApi(cluster);
        RetentionLoop retention = new RetentionLoop(cluster, catalogue, config.nodeId(), System::currentTimeMillis);
        try {
            ApiTable apis =
                    apis(config, cluster, catalogue, new ProducerIds(store)).add(ApiKeys.FETCH, fetch::fetch);
            AdminApis.addTo(apis, catalogue, cluster, properties(config, options), storageName(config));
            options.network().users().ifPresent(users -> apis.addSasl());
            KafkaListener listener = new KafkaListener(config.host(), config.port(), options.network(), apis);
            try {
                cluster.start(address(config, options, listener.port())).join();
                retention.start(options.retentionInterval());
                return new Broker(store, cluster, fetch, retention, listener);
            } catch (RuntimeException | Error e) {
                listener.close();
                throw e;
            }
        } catch (IOException | RuntimeException | Error e) {
            retention.close();
            cluster.close();
            store.close();
            throw e;
        }
    }

    private static StreamStore open(BrokerConfig config, BrokerOptions options) {
        StreamStoreBuilder builder = StreamStore.builder()
                .storage(config.storage())
                .wal(config.wal())
                .nodeId(config.nodeId())
                .config(options.store())
                .metrics(options.monitoring().metrics())
                .listener(options.monitoring().listener());
        if (options.register() != null) {
            builder.register(options.register());
        }
        return builder.open();
    }

    private static ApiTable apis(BrokerConfig config, Cluster cluster, Catalogue catalogue, ProducerIds ids) {
        TopicCreation creation =
                new TopicCreation(catalogue, cluster, config.createsTopics(), config.defaultPartitions());
        MetadataApi metadata = new MetadataApi(CLUSTER_ID, cluster, creation);
        TopicsApi topics = new TopicsApi(catalogue, cluster, creation);
        return new ApiTable()
                .add(ApiKeys.PRODUCE, new ProduceApi(cluster)::produce)
                .add(ApiKeys.LIST_OFFSETS, new ListOffsetsApi(cluster)::list)
                .add(ApiKeys.METADATA, metadata::metadata)
                .add(ApiKeys.DESCRIBE_CLUSTER, metadata::describeCluster)
                .add(ApiKeys.CREATE_TOPICS, topics::create)
                .add(ApiKeys.DELETE_TOPICS, topics::delete)
                .add(ApiKeys.CREATE_PARTITIONS, topics::grow)
                .add(ApiKeys.INIT_PRODUCER_ID, new ProducerApi(ids)::init);
    }

    private static BrokerProperties properties(BrokerConfig config, BrokerOptions options) {
        return new BrokerProperties(
                config.nodeId(),
                Map.of(
                        "broker.id", config.nodeId(),
                        "num.partitions", config.defaultPartitions(),
                        "default.replication.factor", 1,
                        "auto.create.topics.enable", config.createsTopics(),
                        "listeners", config.host() + ":" + config.port(),
                        "log.retention.check.interval.ms",
                                options.retentionInterval().toMillis(),
                        "socket.request.max.bytes", options.network().maxRequestBytes(),
                        "connections.max.idle.ms", options.network().maxIdle().toMillis(),
                        "max.connections", options.network().maxConnections()));
    }

    /** The storage without its options. */
    private static String storageName(BrokerConfig config) {
        return config.storage().toString().replaceFirst("\\?.*", "");
    }

    private static BrokerAddress address(BrokerConfig config, BrokerOptions options, int port) {
        return new BrokerAddress(
                config.nodeId(),
                options.advertisedHost().isEmpty() ? config.host() : options.advertisedHost(),
                options.advertisedPort() == 0 ? port : options.advertisedPort());
    }

    /** The port that clients connect to. */
    public int port() {
        return listener.port();
    }

    /** The number of open connections. */
    public int connections() {
        return listener.connections();
    }

    /** The number of requests that are not answered. */
    public long requestsInFlight() {
        return listener.requestsInFlight();
    }

    /** The store of this broker. */
    StreamStore store() {
        return store;
    }

    /** Completes when this broker has seen all changes of the catalogue until now. */
    CompletableFuture<Void> refresh() {
        return cluster.refresh();
    }

    /**
     * Answers the requests in flight, closes the listener, then the store, which uploads the data that are only in the
     * WAL. Blocks. A second call does nothing.
     */
    @Override
    public void close() {
        if (isClosed.getAndSet(true)) {
            return;
        }
        fetch.close();
        listener.close();
        retention.close();
        cluster.close();
        store.close();
    }
}
