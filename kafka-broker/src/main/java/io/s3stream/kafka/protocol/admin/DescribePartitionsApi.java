package io.s3stream.kafka.protocol.admin;

import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.protocol.TopicLookup;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.Cursor;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponsePartition;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponseTopic;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeTopicPartitionsRequest;
import org.apache.kafka.common.requests.DescribeTopicPartitionsResponse;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.resource.ResourceType;

/** DescribeTopicPartitions: topics in the order of their names, in pages of partitions. */
final class DescribePartitionsApi {

    /** As Kafka's {@code max.request.partition.size.limit}. */
    private static final int MAX_PARTITIONS = 2000;

    private final Cluster cluster;

    private final Access access;

    DescribePartitionsApi(Cluster cluster, Access access) {
        this.cluster = cluster;
        this.access = access;
    }

    CompletableFuture<KafkaResponse> describe(RequestContext context, DescribeTopicPartitionsRequest request) {
        return CompletableFuture.completedFuture(
                KafkaResponse.of(new DescribeTopicPartitionsResponse(page(context, cluster.view(), request.data()))));
    }

    private DescribeTopicPartitionsResponseData page(
            RequestContext context, ClusterView view, DescribeTopicPartitionsRequestData request) {
        TreeSet<String> names = new TreeSet<>();
        request.topics().forEach(topic -> names.add(topic.name()));
        if (names.isEmpty()) {
            Predicate<String> isVisible = access.filter(context, AclOperation.DESCRIBE, ResourceType.TOPIC);
            view.topics().stream().map(Topic::name).filter(isVisible).forEach(names::add);
        }
        DescribeTopicPartitionsRequestData.Cursor cursor = request.cursor();
        String firstName = cursor == null ? "" : cursor.topicName();
        int left = Math.max(1, Math.min(request.responsePartitionLimit(), MAX_PARTITIONS));
        DescribeTopicPartitionsResponseData data = new DescribeTopicPartitionsResponseData();
        for (String name : names.tailSet(firstName)) {
            int from = cursor != null && name.equals(firstName) ? Math.max(0, cursor.partitionIndex()) : 0;
            if (left == 0) {
                return data.setNextCursor(new Cursor().setTopicName(name).setPartitionIndex(from));
            }
            TopicLookup found = TopicLookup.byName(view, name, access.topics(context, AclOperation.DESCRIBE));
            Optional<Topic> topic = found.topic();
            DescribeTopicPartitionsResponseTopic described = new DescribeTopicPartitionsResponseTopic().setName(name);
            data.topics().add(described);
            if (topic.isEmpty()) {
                described.setErrorCode(found.error().code());
                continue;
            }
            List<PartitionState> partitions = topic.get().partitions();
            int to = Math.min(partitions.size(), from + left);
            described
                    .setTopicId(topic.get().id())
                    .setTopicAuthorizedOperations(access.operations(context, ResourceType.TOPIC, name))
                    .setIsInternal(org.apache.kafka.common.internals.Topic.isInternal(name));
            for (int index = from; index < to; index++) {
                described.partitions().add(describe(view, partitions.get(index)));
            }
            left -= Math.max(0, to - from);
            if (to < partitions.size()) {
                return data.setNextCursor(new Cursor().setTopicName(name).setPartitionIndex(to));
            }
        }
        return data;
    }

    private static DescribeTopicPartitionsResponsePartition describe(ClusterView view, PartitionState partition) {
        boolean isLed = view.broker(partition.owner()).isPresent();
        List<Integer> replicas = partition.owner() < 0 ? List.of() : List.of(partition.owner());
        return new DescribeTopicPartitionsResponsePartition()
                .setErrorCode((isLed ? Errors.NONE : Errors.LEADER_NOT_AVAILABLE).code())
                .setPartitionIndex(partition.index())
                .setLeaderId(isLed ? partition.owner() : -1)
                .setLeaderEpoch(partition.leaderEpoch())
                .setReplicaNodes(replicas)
                .setIsrNodes(isLed ? replicas : List.of())
                .setEligibleLeaderReplicas(List.of())
                .setLastKnownElr(List.of())
                .setOfflineReplicas(isLed ? List.of() : replicas);
    }
}
