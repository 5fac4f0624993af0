package io.s3stream.kafka.protocol.groups;

import io.s3stream.kafka.groups.GroupCoordinators;
import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.protocol.Answers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DeleteGroupsRequest;
import org.apache.kafka.common.requests.DeleteGroupsResponse;
import org.apache.kafka.common.requests.DescribeGroupsRequest;
import org.apache.kafka.common.requests.DescribeGroupsResponse;
import org.apache.kafka.common.requests.HeartbeatRequest;
import org.apache.kafka.common.requests.HeartbeatResponse;
import org.apache.kafka.common.requests.JoinGroupRequest;
import org.apache.kafka.common.requests.JoinGroupResponse;
import org.apache.kafka.common.requests.LeaveGroupRequest;
import org.apache.kafka.common.requests.LeaveGroupResponse;
import org.apache.kafka.common.requests.ListGroupsRequest;
import org.apache.kafka.common.requests.ListGroupsResponse;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.SyncGroupRequest;
import org.apache.kafka.common.requests.SyncGroupResponse;
import org.apache.kafka.common.utils.BufferSupplier;

/** JoinGroup, SyncGroup, Heartbeat, LeaveGroup, ListGroups, DescribeGroups and DeleteGroups. */
final class GroupsApi {

    /** The first version that has the field for authorized operations. */
    private static final int OPERATIONS_VERSION = 3;

    private final GroupCoordinators groups;

    GroupsApi(GroupCoordinators groups) {
        this.groups = groups;
    }

    CompletableFuture<KafkaResponse> join(RequestContext context, JoinGroupRequest request) {
        return Answers.of(
                request,
                groups.service().joinGroup(context, request.data(), BufferSupplier.NO_CACHING),
                joined -> new JoinGroupResponse(joined, request.version()));
    }

    CompletableFuture<KafkaResponse> sync(RequestContext context, SyncGroupRequest request) {
        if (!request.areMandatoryProtocolTypeAndNamePresent()) {
            return Answers.now(request.getErrorResponse(Errors.INCONSISTENT_GROUP_PROTOCOL.exception()));
        }
        return Answers.of(
                request,
                groups.service().syncGroup(context, request.data(), BufferSupplier.NO_CACHING),
                SyncGroupResponse::new);
    }

    CompletableFuture<KafkaResponse> heartbeat(RequestContext context, HeartbeatRequest request) {
        return Answers.of(request, groups.service().heartbeat(context, request.data()), HeartbeatResponse::new);
    }

    CompletableFuture<KafkaResponse> leave(RequestContext context, LeaveGroupRequest request) {
        return Answers.of(
                request,
                groups.service().leaveGroup(context, request.normalizedData()),
                left -> new LeaveGroupResponse(left, request.version()));
    }

    CompletableFuture<KafkaResponse> list(RequestContext context, ListGroupsRequest request) {
        if (!groups.isStarted()) {
            return Answers.now(new ListGroupsResponse(new ListGroupsResponseData()));
        }
        return Answers.of(request, groups.service().listGroups(context, request.data()), ListGroupsResponse::new);
    }

    CompletableFuture<KafkaResponse> describe(RequestContext context, DescribeGroupsRequest request) {
        boolean hasOperations =
                request.version() >= OPERATIONS_VERSION && request.data().includeAuthorizedOperations();
        return Answers.of(
                request, groups.service().describeGroups(context, request.data().groups()), described -> {
                    if (hasOperations) {
                        described.forEach(GroupsApi::allowAll);
                    }
                    return new DescribeGroupsResponse(new DescribeGroupsResponseData().setGroups(described));
                });
    }

    private static void allowAll(DescribedGroup group) {
        if (group.errorCode() == Errors.NONE.code()) {
            group.setAuthorizedOperations(GroupOperations.ALL);
        }
    }

    CompletableFuture<KafkaResponse> delete(RequestContext context, DeleteGroupsRequest request) {
        List<String> names = request.data().groupsNames().stream().distinct().toList();
        return Answers.of(
                request,
                groups.service().deleteGroups(context, names, BufferSupplier.NO_CACHING),
                results -> new DeleteGroupsResponse(new DeleteGroupsResponseData().setResults(results)));
    }
}
