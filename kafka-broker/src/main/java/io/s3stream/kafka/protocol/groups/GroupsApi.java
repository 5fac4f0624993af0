package io.s3stream.kafka.protocol.groups;

import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.groups.GroupCoordinators;
import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.protocol.Answers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DeleteGroupsResponseData.DeletableGroupResult;
import org.apache.kafka.common.message.DeleteGroupsResponseData.DeletableGroupResultCollection;
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
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.BufferSupplier;

/** JoinGroup, SyncGroup, Heartbeat, LeaveGroup, ListGroups, DescribeGroups and DeleteGroups. */
final class GroupsApi {

    /** The first version that has the field for authorized operations. */
    private static final int OPERATIONS_VERSION = 3;

    private final GroupCoordinators groups;
    private final Access access;

    GroupsApi(GroupCoordinators groups, Access access) {
        this.groups = groups;
        this.access = access;
    }

    CompletableFuture<KafkaResponse> join(RequestContext context, JoinGroupRequest request) {
        access.requireGroup(context, AclOperation.READ, request.data().groupId());
        return Answers.of(
                request,
                groups.service().joinGroup(context, request.data(), BufferSupplier.NO_CACHING),
                joined -> new JoinGroupResponse(joined, request.version()));
    }

    CompletableFuture<KafkaResponse> sync(RequestContext context, SyncGroupRequest request) {
        access.requireGroup(context, AclOperation.READ, request.data().groupId());
        if (!request.areMandatoryProtocolTypeAndNamePresent()) {
            return Answers.now(request.getErrorResponse(Errors.INCONSISTENT_GROUP_PROTOCOL.exception()));
        }
        return Answers.of(
                request,
                groups.service().syncGroup(context, request.data(), BufferSupplier.NO_CACHING),
                SyncGroupResponse::new);
    }

    CompletableFuture<KafkaResponse> heartbeat(RequestContext context, HeartbeatRequest request) {
        access.requireGroup(context, AclOperation.READ, request.data().groupId());
        return Answers.of(request, groups.service().heartbeat(context, request.data()), HeartbeatResponse::new);
    }

    CompletableFuture<KafkaResponse> leave(RequestContext context, LeaveGroupRequest request) {
        access.requireGroup(context, AclOperation.READ, request.data().groupId());
        return Answers.of(
                request,
                groups.service().leaveGroup(context, request.normalizedData()),
                left -> new LeaveGroupResponse(left, request.version()));
    }

    CompletableFuture<KafkaResponse> list(RequestContext context, ListGroupsRequest request) {
        if (!groups.isStarted()) {
            return Answers.now(new ListGroupsResponse(new ListGroupsResponseData()));
        }
        Predicate<String> isVisible = access.cluster(context, AclOperation.DESCRIBE)
                ? id -> true
                : access.filter(context, AclOperation.DESCRIBE, ResourceType.GROUP);
        return Answers.of(
                request,
                groups.service().listGroups(context, request.data()),
                listed -> new ListGroupsResponse(listed.setGroups(listed.groups().stream()
                        .filter(group -> isVisible.test(group.groupId()))
                        .toList())));
    }

    CompletableFuture<KafkaResponse> describe(RequestContext context, DescribeGroupsRequest request) {
        boolean hasOperations =
                request.version() >= OPERATIONS_VERSION && request.data().includeAuthorizedOperations();
        Permitted ids = Permitted.of(request.data().groups(), access.groups(context, AclOperation.DESCRIBE));
        return Answers.of(request, groups.service().describeGroups(context, ids.permitted()), described -> {
            List<DescribedGroup> all = new ArrayList<>(described);
            if (hasOperations) {
                all.forEach(group -> addOperations(context, group));
            }
            ids.refused()
                    .forEach(id -> all.add(DescribeGroupsResponse.groupError(id, Errors.GROUP_AUTHORIZATION_FAILED)));
            return new DescribeGroupsResponse(new DescribeGroupsResponseData().setGroups(all));
        });
    }

    private void addOperations(RequestContext context, DescribedGroup group) {
        if (group.errorCode() == Errors.NONE.code()) {
            group.setAuthorizedOperations(access.operations(context, ResourceType.GROUP, group.groupId()));
        }
    }

    CompletableFuture<KafkaResponse> delete(RequestContext context, DeleteGroupsRequest request) {
        Permitted ids = Permitted.of(
                request.data().groupsNames().stream().distinct().toList(), access.groups(context, AclOperation.DELETE));
        return Answers.of(
                request,
                groups.service().deleteGroups(context, ids.permitted(), BufferSupplier.NO_CACHING),
                results -> {
                    DeletableGroupResultCollection all = results.duplicate();
                    ids.refused()
                            .forEach(id -> all.add(new DeletableGroupResult()
                                    .setGroupId(id)
                                    .setErrorCode(Errors.GROUP_AUTHORIZATION_FAILED.code())));
                    return new DeleteGroupsResponse(new DeleteGroupsResponseData().setResults(all));
                });
    }
}
