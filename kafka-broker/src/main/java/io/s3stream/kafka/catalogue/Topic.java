package io.s3stream.kafka.catalogue;

import java.util.List;
import org.apache.kafka.common.Uuid;

/**
 * A topic as the metadata have it.
 *
 * @param streamId of the stream whose tags describe the topic
 * @param configs of the topic; unset keys have their defaults
 * @param partitions in the order of their indexes, without a gap
 */
public record Topic(Uuid id, String name, long streamId, TopicConfigs configs, List<PartitionState> partitions) {

    /** The maximum number of partitions. Each partition is two streams. */
    public static final int MAX_PARTITIONS = 10_000;

    public Topic {
        partitions = List.copyOf(partitions);
    }
}
