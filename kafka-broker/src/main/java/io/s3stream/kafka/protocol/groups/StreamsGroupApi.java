package io.s3stream.kafka.protocol.groups;

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
import java.util.stream.Stream;
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

/**
 * StreamsGroupHeartbeat and StreamsGroupDescribe: groups of Kafka Streams (KIP-1071). The topics that a topology needs for
 * itself are created before the heartbeat is answered, so that the next one finds them.
 */
final class StreamsGroupApi {

    private final GroupCoordinators groups;
    private final TopicCreation creation;

    StreamsGroupApi(GroupCoordinators groups, TopicCreation creation) {
        this.groups = groups;
        this.creation = creation;
    }

    CompletableFuture<KafkaResponse> heartbeat(RequestContext context, StreamsGroupHeartbeatRequest request) {
        Optional<String> wrong = wrongTopic(request.data().topology());
        if (wrong.isPresent()) {
            return Answers.now(new StreamsGroupHeartbeatResponse(new StreamsGroupHeartbeatResponseData()
                    .setErrorCode(Errors.INVALID_TOPIC_EXCEPTION.code())
                    .setErrorMessage(wrong.get())));
        }
        CompletableFuture<StreamsGroupHeartbeatResponseData> call = groups.service()
                .streamsGroupHeartbeat(context, request.data())
                .thenCompose(beat -> create(beat.creatableTopics().values()).thenApply(failures -> {
                    report(failures, beat.data());
                    return beat.data();
                }));
        return Answers.of(request, call, StreamsGroupHeartbeatResponse::new);
    }

    /** The fault of the first topic of a topology that has one. */
    private static Optional<String> wrongTopic(Topology topology) {
        if (topology == null) {
            return Optional.empty();
        }
        return topology.subtopologies().stream()
                .flatMap(part -> Stream.of(
                                part.sourceTopics().stream(),
                                part.repartitionSinkTopics().stream(),
                                part.repartitionSourceTopics().stream().map(TopicInfo::name),
                                part.stateChangelogTopics().stream().map(TopicInfo::name))
                        .flatMap(names -> names))
                .filter(name -> !TopicCreation.isValid(name) || Topic.isInternal(name))
                .map(name -> "Topic name '" + name + "' of the topology is invalid or internal")
                .findFirst();
    }

    /** Creates topics; completes with the failures. */
    private CompletableFuture<List<String>> create(Collection<CreatableTopic> topics) {
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
                .thenApply(done -> creations.stream()
                        .flatMap(creation -> creation.join().stream())
                        .toList());
    }

    private static void report(List<String> failures, StreamsGroupHeartbeatResponseData data) {
        if (!failures.isEmpty() && data.status() != null) {
            data.status().stream()
                    .filter(status -> status.statusCode() == Status.MISSING_INTERNAL_TOPICS.code())
                    .forEach(status -> status.setStatusDetail(
                            status.statusDetail() + "; Creation failed: " + String.join(", ", failures) + "."));
        }
    }

    CompletableFuture<KafkaResponse> describe(RequestContext context, StreamsGroupDescribeRequest request) {
        return Answers.of(
                request,
                groups.service().streamsGroupDescribe(context, request.data().groupIds()),
                described -> {
                    if (request.data().includeAuthorizedOperations()) {
                        described.forEach(StreamsGroupApi::allowAll);
                    }
                    return new StreamsGroupDescribeResponse(
                            new StreamsGroupDescribeResponseData().setGroups(described));
                });
    }

    private static void allowAll(DescribedGroup group) {
        if (group.errorCode() == Errors.NONE.code()) {
            group.setAuthorizedOperations(GroupOperations.ALL);
        }
    }
}
