package io.s3stream.kafka.protocol;

import static io.s3stream.kafka.catalogue.Topic.MAX_PARTITIONS;

import io.s3stream.kafka.catalogue.TopicConfigs;
import io.s3stream.kafka.catalogue.TopicDefaults;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicaAssignmentException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableReplicaAssignment;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;

/**
 * A topic of a CreateTopics request that is sound. Every replication factor from 1 on is accepted, because scripts ask
 * for 3; the topic has one replica of each partition, and the object storage replicates its data.
 */
record NewTopicCheck(int partitions, TopicConfigs configs) {

    /**
     * Checks a topic.
     *
     * @param defaultPartitions of a topic whose creator names no number
     * @param defaults of this broker, for the keys that the creator does not set
     * @throws org.apache.kafka.common.errors.ApiException the protocol's error, with value and remedy
     */
    static NewTopicCheck of(CreatableTopic topic, int defaultPartitions, TopicDefaults defaults) {
        Topic.validate(topic.name());
        int partitions = topic.assignments().isEmpty() ? counted(topic, defaultPartitions) : assigned(topic);
        if (partitions < 1 || partitions > MAX_PARTITIONS) {
            throw new InvalidPartitionsException(
                    "Number of partitions is " + partitions + ": must be from 1 to " + MAX_PARTITIONS);
        }
        Map<String, String> configs = new HashMap<>();
        for (CreatableTopicConfig config : topic.configs()) {
            configs.put(config.name(), config.value());
        }
        return new NewTopicCheck(partitions, TopicConfigs.of(configs, defaults));
    }

    private static int counted(CreatableTopic topic, int defaultPartitions) {
        int factor = topic.replicationFactor();
        if (factor < 1 && factor != -1) {
            throw new InvalidReplicationFactorException(
                    "Replication factor is " + factor + ": must be 1 or greater, or -1 for the default");
        }
        return topic.numPartitions() == -1 ? defaultPartitions : topic.numPartitions();
    }

    private static int assigned(CreatableTopic topic) {
        if (topic.numPartitions() != -1 || topic.replicationFactor() != -1) {
            throw new InvalidRequestException("replicas are assigned, so number of partitions and replication factor"
                    + " must be -1; they are " + topic.numPartitions() + " and " + topic.replicationFactor());
        }
        BitSet indexes = new BitSet();
        for (CreatableReplicaAssignment assignment : topic.assignments()) {
            int index = assignment.partitionIndex();
            if (index < 0
                    || index >= topic.assignments().size()
                    || assignment.brokerIds().isEmpty()) {
                throw new InvalidReplicaAssignmentException("partition " + index + " with replicas "
                        + assignment.brokerIds() + ": partitions must be numbered from 0 and have a replica each");
            }
            indexes.set(index);
        }
        return indexes.cardinality();
    }
}
