package io.s3stream.kafka.protocol;

import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.partition.PartitionLog;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * The partition that a request names.
 *
 * @param error why there is no log; {@link Errors#NONE} if there is one
 * @param topic absent if it does not exist
 * @param log absent unless this broker leads the partition
 */
public record PartitionLookup(Errors error, Optional<Topic> topic, Optional<PartitionLog> log) {

    /** The topic that a request names, by id if it has one. */
    public static Optional<Topic> topic(ClusterView view, @Nullable String name, @Nullable Uuid id) {
        if (id != null && !id.equals(Uuid.ZERO_UUID)) {
            return view.topic(id);
        }
        return name == null ? Optional.empty() : view.topic(name);
    }

    /** A partition of a topic that {@link #topic} found or not. */
    public static PartitionLookup of(Cluster cluster, Optional<Topic> topic, boolean byId, int index) {
        if (topic.isEmpty()) {
            return failed(byId ? Errors.UNKNOWN_TOPIC_ID : Errors.UNKNOWN_TOPIC_OR_PARTITION, topic);
        }
        if (index < 0 || index >= topic.get().partitions().size()) {
            return failed(Errors.UNKNOWN_TOPIC_OR_PARTITION, topic);
        }
        PartitionState partition = topic.get().partitions().get(index);
        Optional<PartitionLog> log = cluster.log(partition);
        return log.isEmpty()
                ? failed(Errors.NOT_LEADER_OR_FOLLOWER, topic)
                : new PartitionLookup(Errors.NONE, topic, log);
    }

    /** A partition of a topic that a request names by its name. */
    public static PartitionLookup of(Cluster cluster, String topic, int index) {
        return of(cluster, cluster.view().topic(topic), false, index);
    }

    /** The same partition, or an error if the client knows an older or newer leader epoch; see {@link LeaderEpochs}. */
    public PartitionLookup ifEpoch(int epoch) {
        Errors stale = log.map(led -> LeaderEpochs.check(epoch, led)).orElse(error);
        return stale == Errors.NONE ? this : failed(stale, topic);
    }

    private static PartitionLookup failed(Errors error, Optional<Topic> topic) {
        return new PartitionLookup(error, topic, Optional.empty());
    }
}
