package io.s3stream.kafka.protocol;

import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.partition.PartitionLog;
import java.util.Optional;
import org.apache.kafka.common.protocol.Errors;

/**
 * The partition that a request names.
 *
 * @param error why there is no log; {@link Errors#NONE} if there is one
 * @param topic absent if it does not exist, or if the client may not use it
 * @param log absent unless this broker leads the partition
 */
public record PartitionLookup(Errors error, Optional<Topic> topic, Optional<PartitionLog> log) {

    /** A partition of a topic that was looked up. */
    public static PartitionLookup of(Cluster cluster, TopicLookup topic, int index) {
        Errors error = topic.partition(index);
        if (error != Errors.NONE) {
            return failed(error, topic.topic());
        }
        PartitionState partition = topic.topic().orElseThrow().partitions().get(index);
        Optional<PartitionLog> log = cluster.log(partition);
        return log.isEmpty()
                ? failed(Errors.NOT_LEADER_OR_FOLLOWER, topic.topic())
                : new PartitionLookup(Errors.NONE, topic.topic(), log);
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
