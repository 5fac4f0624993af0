package io.s3stream.kafka.cluster.simulation;

import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.state.MetadataState;
import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.cluster.ClusterListener;
import io.s3stream.kafka.partition.PartitionLog;
import io.s3stream.simulation.world.HeadReader;
import io.s3stream.testkit.sim.SimBucket;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares the views of all brokers with each other and with the metadata. No two views name different leaders of one
 * epoch, no view is newer than the metadata, and no view goes back. Owner of all
 * views that it has seen.
 */
final class Ownership {

    /** A reading of the metadata costs as much time as many events. */
    private static final long INTERVAL_NANOS = 1_000_000_000;

    private final BrokerWorld world;
    private final Map<Long, Map<Long, Integer>> leaders = new HashMap<>();
    private final Map<Long, Long> newest = new HashMap<>();
    private long readAt;
    private @Nullable String headVersion;
    private @Nullable MetadataState head;

    Ownership(BrokerWorld world) {
        this.world = world;
    }

    /** Watches one process. */
    ClusterListener listener(int broker) {
        return new ClusterListener() {
            private long version = -1;

            @Override
            public void viewed(ClusterView view) {
                if (view.version() < version) {
                    world.violated("broker " + broker + " went back from version " + version + " to " + view.version());
                }
                version = view.version();
                for (Topic topic : view.topics()) {
                    topic.partitions().forEach(partition -> seen(broker, topic, partition));
                }
            }

            @Override
            public void opened(PartitionLog log) {
                world.simulator().count("log opened");
                world.trace("broker " + broker + " opens " + log.name() + " epoch " + log.leaderEpoch());
            }

            @Override
            public void closed(PartitionLog log) {
                world.simulator().count("log closed");
                world.trace("broker " + broker + " has closed " + log.name());
            }
        };
    }

    private void seen(int broker, Topic topic, PartitionState partition) {
        newest.merge(partition.streamId(), partition.epoch(), Math::max);
        if (partition.owner() >= 0) {
            leads(
                    partition.streamId(),
                    partition.epoch(),
                    partition.owner(),
                    topic.name() + "-" + partition.index() + " as broker " + broker + " sees it");
        }
    }

    private void leads(long stream, long epoch, int owner, String source) {
        Integer before = leaders.computeIfAbsent(stream, id -> new HashMap<>()).putIfAbsent(epoch, owner);
        if (before != null && before != owner) {
            world.violated("epoch " + epoch + " of " + source + " has leaders " + before + " and " + owner);
        }
    }

    /** Compares with the metadata of now. */
    void check() {
        MetadataState before = head;
        MetadataState state = read(INTERVAL_NANOS);
        if (state == null || state == before) {
            return;
        }
        for (StreamMetadata stream : state.streams("kafka/")) {
            if (stream.isOpen()) {
                leads(stream.id(), stream.epoch(), stream.owner(), stream.name());
            }
            long seen = newest.getOrDefault(stream.id(), 0L);
            if (seen > stream.epoch()) {
                world.violated("a view shows epoch " + seen + " of " + stream.name() + ", which has " + stream.epoch());
            }
        }
    }

    /**
     * The metadata, or null before the first commit.
     *
     * @param age how old they may be
     */
    @Nullable
    MetadataState read(long age) {
        SimBucket.Stored stored = world.bucket().get("meta/head");
        long now = world.simulator().now();
        if (stored != null && now - readAt >= age && !stored.version().equals(headVersion)) {
            headVersion = stored.version();
            readAt = now;
            head = HeadReader.read(world.bucket());
        }
        return head;
    }
}
