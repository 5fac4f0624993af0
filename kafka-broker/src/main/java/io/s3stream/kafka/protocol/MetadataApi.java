package io.s3stream.kafka.protocol;

import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.net.KafkaResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeClusterResponseData.DescribeClusterBroker;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseBroker;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponsePartition;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeClusterRequest;
import org.apache.kafka.common.requests.DescribeClusterResponse;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.requests.RequestContext;

/** Metadata and DescribeCluster: brokers, topics, and the leader of each partition. */
public final class MetadataApi {

    /** A client that asks while partitions move waits as long for their leaders, rather than for its back-off. */
    private static final Duration MOVE = Duration.ofMillis(300);

    private final String clusterId;
    private final Cluster cluster;
    private final TopicCreation creation;

    public MetadataApi(String clusterId, Cluster cluster, TopicCreation creation) {
        this.clusterId = clusterId;
        this.cluster = cluster;
        this.creation = creation;
    }

    public CompletableFuture<KafkaResponse> metadata(RequestContext context, MetadataRequest request) {
        if (request.version() < 12 && !request.isAllTopics()) {
            requireNames(request);
        }
        List<String> missing = new ArrayList<>();
        if (!request.isAllTopics() && request.allowAutoTopicCreation()) {
            for (MetadataRequestTopic topic : request.data().topics()) {
                if (!isById(topic) && cluster.view().topic(topic.name()).isEmpty()) {
                    missing.add(topic.name());
                }
            }
        }
        return creation.createMissing(missing)
                .thenCompose(created -> cluster.whenLed(named(request), MOVE))
                .thenApply(led -> KafkaResponse.of(answer(request)));
    }

    /** The partitions of the topics that the request names. */
    private List<TopicPartition> named(MetadataRequest request) {
        List<TopicPartition> named = new ArrayList<>();
        if (!request.isAllTopics()) {
            for (MetadataRequestTopic wanted : request.data().topics()) {
                PartitionLookup.topic(cluster.view(), wanted.name(), wanted.topicId())
                        .ifPresent(topic -> topic.partitions()
                                .forEach(partition -> named.add(new TopicPartition(topic.name(), partition.index()))));
            }
        }
        return named;
    }

    /** The responses of older versions cannot name a topic by its id alone. */
    private static void requireNames(MetadataRequest request) {
        for (MetadataRequestTopic topic : request.data().topics()) {
            if (topic.name() == null || !topic.topicId().equals(Uuid.ZERO_UUID)) {
                throw new InvalidRequestException("Metadata version " + request.version()
                        + " names topics by id: use names, or version 12 or later");
            }
        }
    }

    private MetadataResponse answer(MetadataRequest request) {
        ClusterView view = cluster.view();
        MetadataResponseData data = new MetadataResponseData()
                .setClusterId(clusterId)
                .setControllerId(
                        view.brokers().isEmpty() ? -1 : view.brokers().get(0).id());
        view.brokers()
                .forEach(broker -> data.brokers()
                        .add(new MetadataResponseBroker()
                                .setNodeId(broker.id())
                                .setHost(broker.host())
                                .setPort(broker.port())));
        if (request.isAllTopics()) {
            view.topics().forEach(topic -> data.topics().add(describe(view, topic)));
        } else {
            for (MetadataRequestTopic wanted : request.data().topics()) {
                data.topics().add(describe(view, wanted));
            }
        }
        return new MetadataResponse(data, request.version());
    }

    /** A client that names an id leaves the name empty, or null. */
    private static boolean isById(MetadataRequestTopic wanted) {
        return wanted.name() == null || !Uuid.ZERO_UUID.equals(wanted.topicId());
    }

    private static MetadataResponseTopic describe(ClusterView view, MetadataRequestTopic wanted) {
        boolean byId = isById(wanted);
        return (byId ? view.topic(wanted.topicId()) : view.topic(wanted.name()))
                .map(topic -> describe(view, topic))
                .orElseGet(() -> new MetadataResponseTopic()
                        .setName(wanted.name())
                        .setTopicId(byId ? wanted.topicId() : Uuid.ZERO_UUID)
                        .setErrorCode((byId
                                        ? Errors.UNKNOWN_TOPIC_ID
                                        : TopicCreation.isValid(wanted.name())
                                                ? Errors.UNKNOWN_TOPIC_OR_PARTITION
                                                : Errors.INVALID_TOPIC_EXCEPTION)
                                .code()));
    }

    private static MetadataResponseTopic describe(ClusterView view, Topic topic) {
        MetadataResponseTopic described = new MetadataResponseTopic()
                .setName(topic.name())
                .setTopicId(topic.id())
                .setIsInternal(org.apache.kafka.common.internals.Topic.isInternal(topic.name()));
        for (PartitionState partition : topic.partitions()) {
            boolean isLed = view.broker(partition.owner()).isPresent();
            List<Integer> replicas = partition.owner() < 0 ? List.of() : List.of(partition.owner());
            described
                    .partitions()
                    .add(new MetadataResponsePartition()
                            .setErrorCode((isLed ? Errors.NONE : Errors.LEADER_NOT_AVAILABLE).code())
                            .setPartitionIndex(partition.index())
                            .setLeaderId(isLed ? partition.owner() : MetadataResponse.NO_LEADER_ID)
                            .setLeaderEpoch(partition.leaderEpoch())
                            .setReplicaNodes(replicas)
                            .setIsrNodes(isLed ? replicas : List.of())
                            .setOfflineReplicas(isLed ? List.of() : replicas));
        }
        return described;
    }

    public CompletableFuture<KafkaResponse> describeCluster(RequestContext context, DescribeClusterRequest request) {
        ClusterView view = cluster.view();
        DescribeClusterResponseData data = new DescribeClusterResponseData()
                .setClusterId(clusterId)
                .setControllerId(
                        view.brokers().isEmpty() ? -1 : view.brokers().get(0).id())
                .setEndpointType(request.data().endpointType());
        view.brokers()
                .forEach(broker -> data.brokers()
                        .add(new DescribeClusterBroker()
                                .setBrokerId(broker.id())
                                .setHost(broker.host())
                                .setPort(broker.port())));
        return CompletableFuture.completedFuture(KafkaResponse.of(new DescribeClusterResponse(data)));
    }
}
