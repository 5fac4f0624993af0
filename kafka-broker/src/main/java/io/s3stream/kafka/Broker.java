package io.s3stream.kafka;

import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.access.AclIndex;
import io.s3stream.kafka.access.AclStore;
import io.s3stream.kafka.catalogue.BrokerAddress;
import io.s3stream.kafka.catalogue.Catalogue;
import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.catalogue.ProducerIds;
import io.s3stream.kafka.catalogue.TopicDefaults;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.compaction.Cleaner;
import io.s3stream.kafka.groups.GroupConfigStore;
import io.s3stream.kafka.groups.GroupCoordinators;
import io.s3stream.kafka.net.KafkaListener;
import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.net.RequestHandler;
import io.s3stream.kafka.partition.PartitionLogs;
import io.s3stream.kafka.peer.PeerSecurity;
import io.s3stream.kafka.protocol.ApiTable;
import io.s3stream.kafka.protocol.FetchApi;
import io.s3stream.kafka.protocol.ListOffsetsApi;
import io.s3stream.kafka.protocol.MetadataApi;
import io.s3stream.kafka.protocol.ProduceApi;
import io.s3stream.kafka.protocol.TopicCreation;
import io.s3stream.kafka.protocol.TopicsApi;
import io.s3stream.kafka.protocol.admin.AdminApis;
import io.s3stream.kafka.protocol.admin.BrokerProperties;
import io.s3stream.kafka.protocol.admin.ConfigApis;
import io.s3stream.kafka.protocol.groups.CoordinatorApi;
import io.s3stream.kafka.protocol.groups.GroupApis;
import io.s3stream.kafka.protocol.groups.GroupLocator;
import io.s3stream.kafka.retention.RetentionLoop;
import io.s3stream.spi.metrics.MetricDescription;
import io.s3stream.spi.metrics.MetricUnit;
import java.io.IOException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.FindCoordinatorRequest.CoordinatorType;

/** A running broker: a store, the cluster's loop, and a listener. Owns all of them. */
public final class Broker implements AutoCloseable {

    private static final String CLUSTER_ID = "s3stream";

    private final Parts parts;
    private final KafkaListener listener;
    private final OpenParts open;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    private Broker(Parts parts, KafkaListener listener, OpenParts open) {
        this.parts = parts;
        this.listener = listener;
        this.open = open;
    }

    /** As {@link #start(BrokerConfig, BrokerOptions)}, with defaults. */
    public static Broker start(BrokerConfig config) throws IOException {
        return start(config, BrokerOptions.defaults());
    }

    /**
     * Opens the store and serves clients. Blocks until they can find this broker, and until it leads its partitions or
     * some seconds have passed.
     *
     * @throws IOException the address cannot be bound
     */
    public static Broker start(BrokerConfig config, BrokerOptions options) throws IOException {
        OpenParts open = new OpenParts();
        try {
            return start(config, options, open);
        } catch (IOException | RuntimeException | Error e) {
            try {
                open.close();
            } catch (RuntimeException | Error failure) {
                e.addSuppressed(failure);
            }
            throw e;
        }
    }

    private static Broker start(BrokerConfig config, BrokerOptions options, OpenParts open) throws IOException {
        StoreEvents events = new StoreEvents(options.monitoring().listener());
        StreamStore store = open.closedFirst(open(config, options, events));
        PartitionLogs logs = open.closedLast(new PartitionLogs(store, options.logs(), Clock.systemUTC()));
        Cluster cluster = open.closedFirst(new Cluster(store, config.nodeId(), logs, options.topics()));
        Access access = open.closedLast(access(config, options));
        Optional<AclIndex> acls = access.follow();
        acls.ifPresent(index -> cluster.addFollower(index::apply));
        GroupCoordinators groups =
                open.closedFirst(new GroupCoordinators(config.nodeId(), config.groups(), access.authorizer()));
        cluster.addListener(groups);
        cluster.addFollower(groups.configs()::apply);
        Transactions transactions = new Transactions(
                config.nodeId(),
                cluster,
                new ProducerIds(store),
                groups,
                config.transactions(),
                new PeerSecurity(options.network().peerTls(), options.network().users()),
                open);
        Catalogue catalogue = new Catalogue(store);
        RetentionLoop retention =
                open.closedFirst(new RetentionLoop(cluster, catalogue, config.nodeId(), System::currentTimeMillis));
        Cleaner cleaner = open.closedFirst(new Cleaner(store, cluster, options.cleaner(), System::currentTimeMillis));
        FetchApi fetch = new FetchApi(cluster, access);
        Parts parts = new Parts(store, cluster, groups, transactions, fetch, access);
        ApiTable apis = apis(config, options.topics(), parts, catalogue);
        AdminApis.addTo(apis, cluster, storageName(config), access);
        ConfigApis.addTo(
                apis,
                catalogue,
                cluster,
                properties(config, options),
                new GroupConfigStore(store, groups.configs()),
                config.groups(),
                access);
        AdminApis.addTo(apis, access, acls, new AclStore(store), cluster);
        options.network().users().ifPresent(users -> apis.addSasl());
        KafkaListener listener = open.closedFirst(
                new KafkaListener(config.host(), config.port(), options.network(), whenLoaded(acls, apis)));
        open.closedFirst(fetch); // ends the waits of fetches, so that their requests are answered
        events.tell(cluster);
        cluster.start(address(config, options, listener.port()), 1).join();
        cluster.settled().join();
        retention.start(options.retentionInterval());
        cleaner.start();
        return new Broker(parts, listener, open);
    }

    /** The parts that requests use. */
    private record Parts(
            StreamStore store,
            Cluster cluster,
            GroupCoordinators groups,
            Transactions transactions,
            FetchApi fetch,
            Access access) {}

    private static Access access(BrokerConfig config, BrokerOptions options) {
        MetricDescription denials = MetricDescription.of(
                        "s3stream.kafka.denials", MetricUnit.COUNT, "operations that access control refused")
                .with("node", Integer.toString(config.nodeId()));
        return options.access()
                .map(control ->
                        Access.of(control, options.monitoring().metrics().counter(denials)))
                .orElseGet(Access::unlimited);
    }

    /** Closes connections until the access control lists are read, so that their clients come again. */
    private static RequestHandler whenLoaded(Optional<AclIndex> acls, ApiTable apis) {
        return acls.<RequestHandler>map(index -> (context, request) -> index.isLoaded()
                        ? apis.handle(context, request)
                        : CompletableFuture.completedFuture(KafkaResponse.closed()))
                .orElse(apis);
    }

    private static StreamStore open(BrokerConfig config, BrokerOptions options, StoreEvents events) {
        StreamStoreBuilder builder = StreamStore.builder()
                .storage(config.storage())
                .wal(config.wal())
                .nodeId(config.nodeId())
                .config(options.store())
                .metrics(options.monitoring().metrics())
                .listener(events);
        if (options.register() != null) {
            builder.register(options.register());
        }
        return builder.open();
    }

    private static ApiTable apis(BrokerConfig config, TopicDefaults defaults, Parts parts, Catalogue catalogue) {
        Cluster cluster = parts.cluster;
        TopicCreation creation =
                new TopicCreation(catalogue, cluster, config.createsTopics(), config.defaultPartitions(), defaults);
        MetadataApi metadata = new MetadataApi(CLUSTER_ID, cluster, creation, parts.access);
        TopicsApi topics = new TopicsApi(catalogue, cluster, creation, parts.access);
        ApiTable apis = new ApiTable()
                .add(ApiKeys.PRODUCE, new ProduceApi(cluster, parts.transactions.verifier(), parts.access)::produce)
                .add(ApiKeys.FETCH, parts.fetch::fetch)
                .add(ApiKeys.LIST_OFFSETS, new ListOffsetsApi(cluster, parts.access)::list)
                .add(ApiKeys.METADATA, metadata::metadata)
                .add(ApiKeys.DESCRIBE_CLUSTER, metadata::describeCluster)
                .add(ApiKeys.CREATE_TOPICS, topics::create)
                .add(ApiKeys.DELETE_TOPICS, topics::delete)
                .add(ApiKeys.CREATE_PARTITIONS, topics::grow);
        GroupApis.add(apis, parts.groups, cluster, creation, parts.access);
        GroupLocator groups = new GroupLocator(
                parts.groups, cluster, creation, config.groups().partitions());
        parts.transactions.addTo(apis, parts.access);
        CoordinatorApi coordinators = new CoordinatorApi(
                Map.of(
                        CoordinatorType.GROUP,
                        groups,
                        CoordinatorType.TRANSACTION,
                        parts.transactions.locator(creation)),
                parts.access);
        return apis.add(ApiKeys.FIND_COORDINATOR, coordinators::find);
    }

    private static BrokerProperties properties(BrokerConfig config, BrokerOptions options) {
        Map<String, Object> values = new HashMap<>(Map.of(
                "broker.id", config.nodeId(),
                "num.partitions", config.defaultPartitions(),
                "default.replication.factor", 1,
                "auto.create.topics.enable", config.createsTopics(),
                "listeners", config.host() + ":" + config.port(),
                "log.retention.check.interval.ms", options.retentionInterval().toMillis(),
                "log.cleaner.backoff.ms", options.cleaner().interval().toMillis(),
                "socket.request.max.bytes", options.network().maxRequestBytes(),
                "connections.max.idle.ms", options.network().maxIdle().toMillis(),
                "max.connections", options.network().maxConnections()));
        options.rack().ifPresent(rack -> values.put("broker.rack", rack));
        return new BrokerProperties(config.nodeId(), values, options.topics());
    }

    /** The storage without its options. */
    private static String storageName(BrokerConfig config) {
        return config.storage().toString().replaceFirst("\\?.*", "");
    }

    private static BrokerAddress address(BrokerConfig config, BrokerOptions options, int port) {
        return new BrokerAddress(
                config.nodeId(),
                options.advertisedHost().isEmpty() ? config.host() : options.advertisedHost(),
                options.advertisedPort() == 0 ? port : options.advertisedPort(),
                options.rack());
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

    /** The brokers and topics as this broker knows them now. */
    public ClusterView view() {
        return parts.cluster.view();
    }

    /** The number of partitions that this broker should lead and does not lead yet. */
    public int missingPartitions() {
        return parts.cluster.missingPartitions();
    }

    /** The store of this broker. */
    StreamStore store() {
        return parts.store;
    }

    /**
     * Gives the partitions to the other brokers. Completes when this broker leads none, or when no other one is ready.
     * Clients are served during the drain and after it.
     */
    public CompletableFuture<Void> drain() {
        return parts.cluster.drain();
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
        parts.cluster.leave().join();
        open.close();
    }
}
