package io.s3stream.kafka.catalogue;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;

/**
 * A topic as the metadata have it.
 *
 * @param configs only those that were set
 * @param partitions in the order of their indexes, without a gap
 */
public record Topic(Uuid id, String name, long streamId, Map<String, String> configs, List<PartitionState> partitions) {

    public Topic {
        configs = Map.copyOf(configs);
        partitions = List.copyOf(partitions);
    }
}
