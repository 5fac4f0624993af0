package io.s3stream.kafka.protocol;

import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.net.KafkaResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclOperation;
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
import org.apache.kafka.common.resource.ResourceType;

/** Metadata and DescribeCluster: brokers, topics, and the leader of each partition. */
public final class MetadataApi {

    /** A client that asks while partitions move waits as long for their leaders, rather than for its back-off. */
    private static final Duration MOVE = Duration.ofMillis(300);

    private final String clusterId;
    private final Cluster cluster;
    private final TopicCreation creation;
    private final Access access;

    public MetadataApi(String clusterId, Cluster cluster, TopicCreation creation, Access access) {
        this.access = access;
        this.clusterId = clusterId;
        this.cluster = cluster;
        this.creation = creation;
    }

    public CompletableFuture<KafkaResponse> metadata(RequestContext context, MetadataRequest request) {
        if (request.version() < 12 && !request.isAllTopics()) {
            requireNames(request);
        }
        Set<String> hidden = new HashSet<>();
        List<String> missing = new ArrayList<>();
        if (!request.isAllTopics()) {
            Predicate<String> isVisible = access.topics(context, AclOperation.DESCRIBE);
            for (MetadataRequestTopic topic : request.data().topics()) {
                Optional<String> name = isById(topic)
                        ? cluster.view().topic(topic.topicId()).map(Topic::name)
                        : Optional.of(topic.name());
                if (name.isPresent() && !isVisible.test(name.get())) {
                    hidden.add(name.get());
                } else if (name.isPresent() && cluster.view().topic(name.get()).isEmpty()) {
                    missing.add(name.get());
                }
            }
        }
        List<String> created = request.isAllTopics() || !request.allowAutoTopicCreation()
                ? List.of()
                : creatable(context, missing, hidden);
        return creation.createMissing(created)
                .thenCompose(done -> cluster.whenLed(named(request, hidden), MOVE))
                .thenApply(led -> KafkaResponse.of(answer(context, request, hidden)));
    }

    /** The missing topics that the client may create. The others get an error, as in Kafka. */
    private List<String> creatable(RequestContext context, List<String> missing, Set<String> hidden) {
        if (missing.isEmpty() || !creation.isAutomatic() || access.cluster(context, AclOperation.CREATE)) {
            return missing;
        }
        Predicate<String> isPermitted = access.topics(context, AclOperation.CREATE);
        List<String> permitted = missing.stream().filter(isPermitted).toList();
        missing.stream().filter(name -> !permitted.contains(name)).forEach(hidden::add);
        return permitted;
    }

    /** The partitions of the topics that the request names and the client may see. */
    private List<TopicPartition> named(MetadataRequest request, Set<String> hidden) {
        List<TopicPartition> named = new ArrayList<>();
        if (!request.isAllTopics()) {
            for (MetadataRequestTopic wanted : request.data().topics()) {
                TopicLookup.of(cluster.view(), wanted.name(), wanted.topicId(), name -> !hidden.contains(name))
                        .topic()
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

    private MetadataResponse answer(RequestContext context, MetadataRequest request, Set<String> hidden) {
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
                                .setPort(broker.port())
                                .setRack(broker.rack().orElse(null))));
        if (request.isAllTopics()) {
            Predicate<String> isVisible = access.filter(context, AclOperation.DESCRIBE, ResourceType.TOPIC);
            view.topics().stream()
                    .filter(topic -> isVisible.test(topic.name()))
                    .forEach(topic -> data.topics().add(describe(view, topic)));
        } else {
            for (MetadataRequestTopic wanted : request.data().topics()) {
                data.topics().add(describe(view, wanted, hidden));
            }
        }
        addOperations(context, request, data);
        return new MetadataResponse(data, request.version());
    }

    private void addOperations(RequestContext context, MetadataRequest request, MetadataResponseData data) {
        if (request.data().includeTopicAuthorizedOperations()) {
            data.topics().stream()
                    .filter(topic -> topic.errorCode() != Errors.TOPIC_AUTHORIZATION_FAILED.code())
                    .filter(topic -> topic.name() != null)
                    .forEach(topic -> topic.setTopicAuthorizedOperations(
                            access.operations(context, ResourceType.TOPIC, topic.name())));
        }
        if (request.data().includeClusterAuthorizedOperations()) {
            data.setClusterAuthorizedOperations(access.clusterOperations(context));
        }
    }

    /** A client that names an id leaves the name empty, or null. */
    private static boolean isById(MetadataRequestTopic wanted) {
        return wanted.name() == null || !Uuid.ZERO_UUID.equals(wanted.topicId());
    }

    /** @param hidden names of topics that the client may not see, or not create */
    private static MetadataResponseTopic describe(ClusterView view, MetadataRequestTopic wanted, Set<String> hidden) {
        boolean byId = isById(wanted);
        TopicLookup found = byId
                ? TopicLookup.byId(view, wanted.topicId(), name -> !hidden.contains(name))
                : TopicLookup.byName(view, wanted.name(), name -> !hidden.contains(name));
        if (found.topic().isPresent()) {
            return describe(view, found.topic().get());
        }
        boolean isInvalid = found.error() == Errors.UNKNOWN_TOPIC_OR_PARTITION && !TopicCreation.isValid(wanted.name());
        return new MetadataResponseTopic()
                .setName(wanted.name())
                .setTopicId(byId ? wanted.topicId() : Uuid.ZERO_UUID)
                .setErrorCode((isInvalid ? Errors.INVALID_TOPIC_EXCEPTION : found.error()).code());
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
                                .setPort(broker.port())
                                .setRack(broker.rack().orElse(null))));
        if (request.data().includeClusterAuthorizedOperations()) {
            data.setClusterAuthorizedOperations(access.clusterOperations(context));
        }
        return CompletableFuture.completedFuture(KafkaResponse.of(new DescribeClusterResponse(data)));
    }
}
