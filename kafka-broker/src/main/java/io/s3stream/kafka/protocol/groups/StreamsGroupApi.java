package io.s3stream.kafka.protocol.groups;

import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.groups.GroupCoordinators;
import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.protocol.Answers;
import io.s3stream.kafka.protocol.StoreErrors;
import io.s3stream.kafka.protocol.TopicCreation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.StreamsGroupDescribeResponseData;
import org.apache.kafka.common.message.StreamsGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.TopicInfo;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.Topology;
import org.apache.kafka.common.message.StreamsGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.StreamsGroupDescribeRequest;
import org.apache.kafka.common.requests.StreamsGroupDescribeResponse;
import org.apache.kafka.common.requests.StreamsGroupHeartbeatRequest;
import org.apache.kafka.common.requests.StreamsGroupHeartbeatResponse;
import org.apache.kafka.common.requests.StreamsGroupHeartbeatResponse.Status;
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.Nullable;

/**
 * StreamsGroupHeartbeat and StreamsGroupDescribe: groups of Kafka Streams (KIP-1071). The topics that a topology needs for
 * itself are created before the heartbeat is answered, so that the next one finds them.
 */
final class StreamsGroupApi {

    private final GroupCoordinators groups;
    private final TopicCreation creation;
    private final Access access;

    StreamsGroupApi(GroupCoordinators groups, TopicCreation creation, Access access) {
        this.access = access;
        this.groups = groups;
        this.creation = creation;
    }

    CompletableFuture<KafkaResponse> heartbeat(RequestContext context, StreamsGroupHeartbeatRequest request) {
        access.requireGroup(context, AclOperation.READ, request.data().groupId());
        Optional<String> wrong = wrongTopic(request.data().topology());
        if (wrong.isPresent()) {
            return Answers.now(new StreamsGroupHeartbeatResponse(new StreamsGroupHeartbeatResponseData()
                    .setErrorCode(Errors.INVALID_TOPIC_EXCEPTION.code())
                    .setErrorMessage(wrong.get())));
        }
        Predicate<String> isVisible = access.topics(context, AclOperation.DESCRIBE);
        if (!topics(request.data().topology()).allMatch(isVisible)) {
            return Answers.now(request.getErrorResponse(Errors.TOPIC_AUTHORIZATION_FAILED.exception()));
        }
        CompletableFuture<StreamsGroupHeartbeatResponseData> call = groups.service()
                .streamsGroupHeartbeat(context, request.data())
                .thenCompose(beat -> create(context, beat.creatableTopics()).thenApply(failure -> {
                    failure.ifPresent(detail -> report(detail, beat.data()));
                    return beat.data();
                }));
        return Answers.of(request, call, StreamsGroupHeartbeatResponse::new);
    }

    private static Stream<String> topics(@Nullable Topology topology) {
        return topology == null
                ? Stream.empty()
                : topology.subtopologies().stream()
                        .flatMap(part -> Stream.of(
                                        part.sourceTopics().stream(),
                                        part.repartitionSinkTopics().stream(),
                                        part.repartitionSourceTopics().stream().map(TopicInfo::name),
                                        part.stateChangelogTopics().stream().map(TopicInfo::name))
                                .flatMap(names -> names));
    }

    /** The fault of the first topic of a topology that has one. */
    private static Optional<String> wrongTopic(@Nullable Topology topology) {
        return topics(topology)
                .filter(name -> !TopicCreation.isValid(name) || Topic.isInternal(name))
                .map(name -> "Topic name '" + name + "' of the topology is invalid or internal")
                .findFirst();
    }

    /** Creates topics, all of them or none if the client may not create each. Completes with the failure, if any. */
    private CompletableFuture<Optional<String>> create(RequestContext context, Map<String, CreatableTopic> topics) {
        if (!topics.isEmpty() && !access.cluster(context, AclOperation.CREATE)) {
            Predicate<String> isPermitted = access.topics(context, AclOperation.CREATE);
            List<String> refused =
                    topics.keySet().stream().filter(isPermitted.negate()).toList();
            if (!refused.isEmpty()) {
                return CompletableFuture.completedFuture(
                        Optional.of("Unauthorized to CREATE on topics " + String.join(", ", refused) + "."));
            }
        }
        return create(topics.values());
    }

    private CompletableFuture<Optional<String>> create(Collection<CreatableTopic> topics) {
        List<CompletableFuture<Optional<String>>> creations = new ArrayList<>();
        for (CreatableTopic topic : topics) {
            Map<String, String> configs = new HashMap<>();
            topic.configs().forEach(config -> configs.put(config.name(), config.value()));
            creations.add(creation.createIfMissing(topic.name(), topic.numPartitions(), configs)
                    .handle((id, error) -> error == null
                            ? Optional.empty()
                            : Optional.of(topic.name() + " (" + StoreErrors.of(error) + ")")));
        }
        return CompletableFuture.allOf(creations.toArray(CompletableFuture[]::new))
                .thenApply(done -> {
                    List<String> failures = creations.stream()
                            .flatMap(created -> created.join().stream())
                            .toList();
                    return failures.isEmpty()
                            ? Optional.empty()
                            : Optional.of("Creation failed: " + String.join(", ", failures) + ".");
                });
    }

    private static void report(String detail, StreamsGroupHeartbeatResponseData data) {
        if (data.status() != null) {
            data.status().stream()
                    .filter(status -> status.statusCode() == Status.MISSING_INTERNAL_TOPICS.code())
                    .forEach(status -> status.setStatusDetail(status.statusDetail() + "; " + detail));
        }
    }

    CompletableFuture<KafkaResponse> describe(RequestContext context, StreamsGroupDescribeRequest request) {
        Permitted ids = Permitted.of(request.data().groupIds(), access.groups(context, AclOperation.DESCRIBE));
        Predicate<String> isVisible = access.filter(context, AclOperation.DESCRIBE, ResourceType.TOPIC);
        return Answers.of(request, groups.service().streamsGroupDescribe(context, ids.permitted()), described -> {
            List<DescribedGroup> all = new ArrayList<>();
            for (DescribedGroup group : described) {
                if (request.data().includeAuthorizedOperations() && group.errorCode() == Errors.NONE.code()) {
                    group.setAuthorizedOperations(access.operations(context, ResourceType.GROUP, group.groupId()));
                }
                all.add(topics(group).allMatch(isVisible) ? group : withHiddenTopics(group.groupId()));
            }
            ids.refused()
                    .forEach(id -> all.add(new DescribedGroup()
                            .setGroupId(id)
                            .setErrorCode(Errors.GROUP_AUTHORIZATION_FAILED.code())));
            return new StreamsGroupDescribeResponse(new StreamsGroupDescribeResponseData().setGroups(all));
        });
    }

    private static Stream<String> topics(DescribedGroup group) {
        return group.topology() == null
                ? Stream.empty()
                : group.topology().subtopologies().stream()
                        .flatMap(part -> Stream.of(
                                        part.sourceTopics().stream(),
                                        part.repartitionSinkTopics().stream(),
                                        part.repartitionSourceTopics().stream()
                                                .map(StreamsGroupDescribeResponseData.TopicInfo::name),
                                        part.stateChangelogTopics().stream()
                                                .map(StreamsGroupDescribeResponseData.TopicInfo::name))
                                .flatMap(names -> names));
    }

    private static DescribedGroup withHiddenTopics(String id) {
        return new DescribedGroup()
                .setGroupId(id)
                .setErrorCode(Errors.TOPIC_AUTHORIZATION_FAILED.code())
                .setErrorMessage("The group has described topic(s) that the client is not authorized to describe.");
    }
}
