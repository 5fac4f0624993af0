package io.s3stream.kafka.protocol.groups;

import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.groups.GroupCoordinators;
import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.protocol.Answers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.TopicPartitions;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ConsumerGroupDescribeRequest;
import org.apache.kafka.common.requests.ConsumerGroupDescribeResponse;
import org.apache.kafka.common.requests.ConsumerGroupHeartbeatRequest;
import org.apache.kafka.common.requests.ConsumerGroupHeartbeatResponse;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.resource.ResourceType;

/** ConsumerGroupHeartbeat and ConsumerGroupDescribe: groups whose partitions the coordinator assigns (KIP-848). */
final class ConsumerGroupApi {

    private final GroupCoordinators groups;

    private final Access access;

    ConsumerGroupApi(GroupCoordinators groups, Access access) {
        this.groups = groups;
        this.access = access;
    }

    CompletableFuture<KafkaResponse> heartbeat(RequestContext context, ConsumerGroupHeartbeatRequest request) {
        access.requireGroup(context, AclOperation.READ, request.data().groupId());
        List<String> topics = request.data().subscribedTopicNames();
        Predicate<String> isVisible = access.topics(context, AclOperation.DESCRIBE);
        if (topics != null && !topics.stream().allMatch(isVisible)) {
            return Answers.now(request.getErrorResponse(Errors.TOPIC_AUTHORIZATION_FAILED.exception()));
        }
        return Answers.of(
                request,
                groups.service().consumerGroupHeartbeat(context, request.data()),
                ConsumerGroupHeartbeatResponse::new);
    }

    CompletableFuture<KafkaResponse> describe(RequestContext context, ConsumerGroupDescribeRequest request) {
        Permitted ids = Permitted.of(request.data().groupIds(), access.groups(context, AclOperation.DESCRIBE));
        Predicate<String> isVisible = access.filter(context, AclOperation.DESCRIBE, ResourceType.TOPIC);
        return Answers.of(request, groups.service().consumerGroupDescribe(context, ids.permitted()), described -> {
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
            return new ConsumerGroupDescribeResponse(new ConsumerGroupDescribeResponseData().setGroups(all));
        });
    }

    private static Stream<String> topics(DescribedGroup group) {
        return group.members().stream()
                .flatMap(member -> Stream.of(member.assignment(), member.targetAssignment()))
                .flatMap(assignment -> assignment.topicPartitions().stream())
                .map(TopicPartitions::topicName);
    }

    private static DescribedGroup withHiddenTopics(String id) {
        return new DescribedGroup()
                .setGroupId(id)
                .setErrorCode(Errors.TOPIC_AUTHORIZATION_FAILED.code())
                .setErrorMessage("The group has described topic(s) that the client is not authorized to describe.");
    }
}
