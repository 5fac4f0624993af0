package io.s3stream.kafka.protocol.transactions;

import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.groups.GroupCoordinators;
import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.protocol.Answers;
import io.s3stream.kafka.protocol.TopicLookup;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestPartition;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestTopic;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.TxnOffsetCommitRequest;
import org.apache.kafka.common.requests.TxnOffsetCommitResponse;
import org.apache.kafka.common.utils.BufferSupplier;

/**
 * TxnOffsetCommit: commits offsets of a group as part of a transaction. The group's coordinator asks that of the
 * transaction first; from version 5 on, that adds the partition of the offsets to the transaction.
 */
public final class TransactionalOffsetsApi {

    private final GroupCoordinators groups;
    private final Cluster cluster;
    private final Access access;

    public TransactionalOffsetsApi(GroupCoordinators groups, Cluster cluster, Access access) {
        this.access = access;
        this.groups = groups;
        this.cluster = cluster;
    }

    public CompletableFuture<KafkaResponse> commit(RequestContext context, TxnOffsetCommitRequest request) {
        TxnOffsetCommitRequestData data = request.data();
        access.requireTransaction(context, AclOperation.WRITE, data.transactionalId());
        access.requireGroup(context, AclOperation.READ, data.groupId());
        if (!groups.isStarted()) {
            return failed(data, Errors.COORDINATOR_NOT_AVAILABLE);
        }
        TxnOffsetCommitResponse.Builder response = new TxnOffsetCommitResponse.Builder();
        Predicate<String> isPermitted = access.topics(context, AclOperation.READ);
        List<TxnOffsetCommitRequestTopic> known = new ArrayList<>();
        for (TxnOffsetCommitRequestTopic wanted : request.data().topics()) {
            TxnOffsetCommitRequestTopic valid = new TxnOffsetCommitRequestTopic().setName(wanted.name());
            TopicLookup found = TopicLookup.byName(cluster.view(), wanted.name(), isPermitted);
            for (TxnOffsetCommitRequestPartition partition : wanted.partitions()) {
                Errors error = found.partition(partition.partitionIndex());
                if (error == Errors.NONE) {
                    valid.partitions().add(partition);
                } else {
                    response.addPartition(wanted.name(), partition.partitionIndex(), error);
                }
            }
            if (!valid.partitions().isEmpty()) {
                known.add(valid);
            }
        }
        if (known.isEmpty()) {
            return Answers.now(response.build());
        }
        TxnOffsetCommitRequestData commit = request.data().duplicate().setTopics(known);
        return Answers.of(
                request,
                groups.service().commitTransactionalOffsets(context, commit, BufferSupplier.NO_CACHING),
                committed -> response.merge(committed).build());
    }

    private static CompletableFuture<KafkaResponse> failed(TxnOffsetCommitRequestData data, Errors error) {
        return Answers.now(new TxnOffsetCommitResponse(TxnOffsetCommitRequest.getErrorResponse(data, error)));
    }
}
