package io.s3stream.kafka.groups;

import com.yammer.metrics.core.MetricsRegistry;
import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.cluster.ClusterListener;
import io.s3stream.kafka.partition.PartitionLog;
import io.s3stream.kafka.transactions.PartitionVerifier;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.internals.Plugin;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.coordinator.group.GroupCoordinator;
import org.apache.kafka.coordinator.group.GroupCoordinatorConfig;
import org.apache.kafka.coordinator.group.GroupCoordinatorService;
import org.apache.kafka.coordinator.group.metrics.GroupCoordinatorMetrics;
import org.apache.kafka.coordinator.group.metrics.GroupCoordinatorRuntimeMetrics;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.server.authorizer.Authorizer;
import org.apache.kafka.server.share.persister.NoOpStatePersister;
import org.apache.kafka.server.util.timer.SystemTimer;
import org.apache.kafka.server.util.timer.SystemTimerReaper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The group coordinators of this broker. It follows the cluster: a coordinator begins when this broker leads a partition
 * of {@code __consumer_offsets}, and ends when it leads it no longer. Thread-safe; only {@link #close} blocks.
 *
 * <p>The service starts when the topic exists, because it must know the number of its partitions. Before, each of its
 * methods answers {@code COORDINATOR_NOT_AVAILABLE}.
 */
public final class GroupCoordinators implements ClusterListener, AutoCloseable {

    /** The topic of committed offsets and groups. */
    public static final String TOPIC = org.apache.kafka.common.internals.Topic.GROUP_METADATA_TOPIC_NAME;

    private static final Logger LOG = LoggerFactory.getLogger(GroupCoordinators.class);

    private final OffsetsLogs logs;
    private final OffsetsWriter writer;
    private final Metrics metrics = new Metrics();
    private final MetricsRegistry registry = new MetricsRegistry();
    private final GroupCoordinatorService service;
    private final GroupConfigs configs;
    private final MetadataUpdates updates;
    private final MetadataImages images = new MetadataImages();

    /** The logs whose coordinators are elected, or will be when the service starts. Guarded by this. */
    private final Map<TopicPartition, PartitionLog> led = new HashMap<>();

    private boolean isClosed;
    private volatile int partitions;

    /** Without access control. */
    public GroupCoordinators(int brokerId, GroupSettings settings) {
        this(brokerId, settings, Optional.empty());
    }

    /** @param authorizer decides which topics a subscription by a regular expression includes; stays the caller's */
    public GroupCoordinators(int brokerId, GroupSettings settings, Optional<Authorizer> authorizer) {
        logs = new OffsetsLogs(settings.minCleanedBytes());
        writer = new OffsetsWriter(logs);
        GroupCoordinatorConfig config = settings.kafka();
        configs = new GroupConfigs(config);
        service = new GroupCoordinatorService.Builder(brokerId, config)
                .withTime(Time.SYSTEM)
                .withTimer(new SystemTimerReaper("kafka-groups-reaper", new SystemTimer("kafka-groups-timer")))
                .withLoader(new OffsetsLoader(logs))
                .withWriter(writer)
                .withCoordinatorRuntimeMetrics(new GroupCoordinatorRuntimeMetrics(metrics))
                .withGroupCoordinatorMetrics(new GroupCoordinatorMetrics(registry, metrics))
                .withGroupConfigManager(configs.manager())
                .withPersister(new NoOpStatePersister())
                .withAuthorizerPlugin(
                        authorizer.map(kafka -> Plugin.wrapInstance(kafka, metrics, "authorizer.class.name")))
                .withPartitionMetadataClient(new NoShareOffsets())
                .build();
        updates = new MetadataUpdates(service);
    }

    /** Sets where the transactions of offsets are verified, before the first request. */
    public void verifyWith(PartitionVerifier verifier) {
        writer.verifyWith(verifier);
    }

    /** Kafka's coordinator of this broker. Its methods do not block, and do not fail before it has started. */
    public GroupCoordinator service() {
        return service;
    }

    /** The configurations of groups. They must follow the metadata, so the caller adds them to the cluster. */
    public GroupConfigs configs() {
        return configs;
    }

    /** Whether the topic exists, so that there may be groups. */
    public boolean isStarted() {
        return partitions > 0;
    }

    /** The number of partitions of {@link #TOPIC} that this broker counts on; nothing before the topic exists. */
    public OptionalInt partitions() {
        return isStarted() ? OptionalInt.of(partitions) : OptionalInt.empty();
    }

    /** The partition of {@link #TOPIC} that a group belongs to; nothing before the topic exists. */
    public OptionalInt partitionFor(String groupId) {
        return isStarted() ? OptionalInt.of(service.partitionFor(groupId)) : OptionalInt.empty();
    }

    @Override
    public synchronized void viewed(ClusterView view) {
        Optional<Topic> topic = view.topic(TOPIC);
        if (isClosed || (topic.isEmpty() && !isStarted())) {
            return;
        }
        MetadataDelta delta = images.update(view);
        if (!isStarted()) {
            int count = topic.orElseThrow().partitions().size();
            service.startup(() -> count);
            partitions = count;
            led.values().forEach(this::elect);
        } else if (topic.isPresent() && topic.get().partitions().size() != partitions) {
            LOG.error(
                    "{} has {} partitions instead of {}: groups are sought in other partitions after a restart",
                    TOPIC,
                    topic.get().partitions().size(),
                    partitions);
        }
        if (delta.topicsDelta() != null) {
            updates.add(delta, images.image());
        }
    }

    @Override
    public synchronized void opened(PartitionLog log) {
        if (isClosed || !log.name().topic().equals(TOPIC)) {
            return;
        }
        PartitionLog former = led.get(log.name());
        if (former != null) {
            closed(former);
        }
        led.put(log.name(), log);
        logs.add(log);
        if (isStarted()) {
            elect(log);
        }
    }

    private void elect(PartitionLog log) {
        service.onElection(log.name().partition(), log.leaderEpoch());
    }

    @Override
    public synchronized void closed(PartitionLog log) {
        if (isClosed || !led.remove(log.name(), log)) {
            return;
        }
        logs.remove(log);
        if (isStarted()) {
            service.onResignation(log.name().partition(), OptionalInt.of(log.leaderEpoch() + 1));
        }
    }

    /** Ends all coordinators; requests in progress are answered {@code NOT_COORDINATOR}. Blocks until they have ended. */
    @Override
    public void close() {
        synchronized (this) {
            if (isClosed) {
                return;
            }
            isClosed = true;
        }
        if (!isStarted()) {
            service.startup(() -> 1); // only a service that has started ends its threads
        }
        service.shutdown();
        updates.close();
        logs.close();
        metrics.close();
        registry.shutdown();
    }
}
