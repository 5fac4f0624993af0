package io.s3stream.kafka.protocol.groups;

import io.s3stream.kafka.groups.GroupCoordinators;
import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.protocol.Answers;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ConsumerGroupDescribeRequest;
import org.apache.kafka.common.requests.ConsumerGroupDescribeResponse;
import org.apache.kafka.common.requests.ConsumerGroupHeartbeatRequest;
import org.apache.kafka.common.requests.ConsumerGroupHeartbeatResponse;
import org.apache.kafka.common.requests.RequestContext;

/** ConsumerGroupHeartbeat and ConsumerGroupDescribe: groups whose partitions the coordinator assigns (KIP-848). */
final class ConsumerGroupApi {

    private final GroupCoordinators groups;

    ConsumerGroupApi(GroupCoordinators groups) {
        this.groups = groups;
    }

    CompletableFuture<KafkaResponse> heartbeat(RequestContext context, ConsumerGroupHeartbeatRequest request) {
        return Answers.of(
                request,
                groups.service().consumerGroupHeartbeat(context, request.data()),
                ConsumerGroupHeartbeatResponse::new);
    }

    CompletableFuture<KafkaResponse> describe(RequestContext context, ConsumerGroupDescribeRequest request) {
        return Answers.of(
                request,
                groups.service().consumerGroupDescribe(context, request.data().groupIds()),
                described -> {
                    if (request.data().includeAuthorizedOperations()) {
                        described.forEach(ConsumerGroupApi::allowAll);
                    }
                    return new ConsumerGroupDescribeResponse(
                            new ConsumerGroupDescribeResponseData().setGroups(described));
                });
    }

    private static void allowAll(DescribedGroup group) {
        if (group.errorCode() == Errors.NONE.code()) {
            group.setAuthorizedOperations(GroupOperations.ALL);
        }
    }
}
