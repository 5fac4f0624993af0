package io.s3stream.kafka.cluster.simulation;

import io.s3stream.core.metadata.NodeMetadata;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.state.MetadataState;
import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.Topic;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Looks at the partitions at short intervals. While at least one broker is healthy, no partition is without a broker that
 * serves it for longer than the detection of the last trouble takes, and a second. Each trouble begins that time again,
 * and the time of stalls does not count. Owner of the times at which partitions were last served.
 */
final class Availability {

    /** The time between two looks. */
    static final long LOOK_NANOS = 50_000_000;

    /** Silence is noticed at looks of one heartbeat, and then a broker may wait for its turn. */
    private static final long SILENCE_NANOS = SimulatedBroker.SUSPECT_AFTER
            .plus(SimulatedBroker.HEARTBEAT.multipliedBy(2))
            .toNanos();

    /** A recovery has three times as much time. */
    private static final long RECOVERY_NANOS = 3 * SILENCE_NANOS;

    /** Attempts to connect, and the patience with a socket that is being opened. */
    private static final long REFUSAL_NANOS = 250_000_000;

    private static final long SECOND = 1_000_000_000;

    private final BrokerWorld world;
    private final Fleet fleet;
    private final Ownership ownership;
    private final Map<TopicPartition, Long> servedAt = new HashMap<>();
    /** The longest detection since the partition was last served. */
    private final Map<TopicPartition, Long> patience = new HashMap<>();

    private final Map<TopicPartition, Long> longest = new HashMap<>();

    Availability(BrokerWorld world, Fleet fleet, Ownership ownership) {
        this.world = world;
        this.fleet = fleet;
        this.ownership = ownership;
    }

    void look(ClusterView view) {
        MetadataState state = ownership.read(Long.MAX_VALUE);
        boolean isAnyHealthy = fleet.all().stream().anyMatch(SimulatedBroker::isHealthy);
        if (state == null || !isAnyHealthy) {
            world.disturbed();
            return;
        }
        long detection = hasInterrupted(state) ? RECOVERY_NANOS : hasSilent(state) ? SILENCE_NANOS : REFUSAL_NANOS;
        for (Topic topic : view.topics()) {
            if (state.stream(topic.streamId()) == null) {
                continue; // it was deleted, and the view does not know yet
            }
            for (PartitionState partition : topic.partitions()) {
                look(new TopicPartition(topic.name(), partition.index()), partition, state, detection);
            }
        }
    }

    private void look(TopicPartition name, PartitionState partition, MetadataState state, long detection) {
        long now = world.steadyTime().now();
        boolean isServed = fleet.all().stream()
                .anyMatch(broker -> broker.log(partition).isPresent()
                        && (broker.isHealthy() || leadsSlowly(broker, partition, state)));
        if (isServed) {
            servedAt.put(name, now);
            patience.remove(name);
            return;
        }
        long since = servedAt.computeIfAbsent(name, isNew -> now);
        long gap = now - Math.max(world.disturbedAt(), since);
        long patient = patience.merge(name, detection, Math::max) + SECOND;
        longest.merge(name, gap, Math::max);
        if (gap > patient) {
            StreamMetadata stream = state.stream(partition.streamId());
            world.violated(name + " has had no broker for " + gap / 1_000_000 + " ms; its stream has "
                    + (stream == null ? "ended" : "owner " + stream.owner() + " epoch " + stream.epoch())
                    + ", healthy: "
                    + fleet.all().stream()
                            .filter(SimulatedBroker::isHealthy)
                            .map(SimulatedBroker::id)
                            .toList());
        }
    }

    /** A slow broker sends heartbeats, so no other broker takes over the partitions that it serves. */
    private static boolean leadsSlowly(SimulatedBroker broker, PartitionState partition, MetadataState state) {
        StreamMetadata stream = state.stream(partition.streamId());
        NodeMetadata node = state.node(broker.id());
        return broker.isReaching()
                && stream != null
                && stream.owner() == broker.id()
                && node != null
                && node.epoch() == broker.store().nodeEpoch();
    }

    /** Whether a node is in use whose process neither works nor refuses connections. */
    private boolean hasSilent(MetadataState state) {
        return state.nodes().stream()
                .filter(node -> !node.generations().isEmpty())
                .anyMatch(node -> {
                    SimulatedBroker broker = fleet.broker(node.id());
                    return broker == null || !broker.isHealthy();
                });
    }

    /** Whether a node is in use without a WAL of its epoch: a process recovers it, or has died while it did. */
    private static boolean hasInterrupted(MetadataState state) {
        return state.nodes().stream()
                .anyMatch(node -> !node.generations().isEmpty()
                        && node.generations().stream()
                                .noneMatch(generation -> generation.walEpoch() >>> 16 == node.epoch()));
    }

    /** The longest time without a broker that counted, in milliseconds. */
    long longestMillis() {
        return longest.values().stream().mapToLong(Long::longValue).max().orElse(0) / 1_000_000;
    }
}
