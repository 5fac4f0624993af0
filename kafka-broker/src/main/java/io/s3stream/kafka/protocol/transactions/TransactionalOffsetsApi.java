package io.s3stream.kafka.protocol.transactions;

import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.groups.GroupCoordinators;
import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.protocol.Answers;
import io.s3stream.kafka.protocol.TopicLookup;
import io.s3stream.kafka.transactions.PartitionVerifier;
import io.s3stream.kafka.transactions.TransactionalProducer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
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
 * TxnOffsetCommit: commits offsets of a group as part of a transaction. The coordinator of the transaction is asked
 * first; from version 5 on, it adds the partition of the offsets to the transaction.
 */
public final class TransactionalOffsetsApi {

    private static final int FIRST_WITH_ADDING = 5;
    private static final int FIRST_WITH_ABORTABLE = 4;

    private final GroupCoordinators groups;
    private final PartitionVerifier verifier;
    private final Cluster cluster;
    private final Access access;

    public TransactionalOffsetsApi(
            GroupCoordinators groups, PartitionVerifier verifier, Cluster cluster, Access access) {
        this.access = access;
        this.groups = groups;
        this.verifier = verifier;
        this.cluster = cluster;
    }

    public CompletableFuture<KafkaResponse> commit(RequestContext context, TxnOffsetCommitRequest request) {
        TxnOffsetCommitRequestData data = request.data();
        access.requireTransaction(context, AclOperation.WRITE, data.transactionalId());
        access.requireGroup(context, AclOperation.READ, data.groupId());
        OptionalInt index = groups.partitionFor(data.groupId());
        if (index.isEmpty()) {
            return failed(data, Errors.COORDINATOR_NOT_AVAILABLE);
        }
        TransactionalProducer producer =
                new TransactionalProducer(data.transactionalId(), data.producerId(), data.producerEpoch());
        TopicPartition partition = new TopicPartition(GroupCoordinators.TOPIC, index.getAsInt());
        return verifier.verify(producer, Set.of(partition), request.version() >= FIRST_WITH_ADDING)
                .thenCompose(outcomes -> {
                    Errors error = outcomes.getOrDefault(partition, Errors.UNKNOWN_SERVER_ERROR);
                    return error == Errors.NONE
                            ? commitVerified(context, request)
                            : failed(data, known(error, request.version()));
                });
    }

    private CompletableFuture<KafkaResponse> commitVerified(RequestContext context, TxnOffsetCommitRequest request) {
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

    /** The error that makes a producer of this version do the right thing. */
    private static Errors known(Errors error, int version) {
        return switch (error) {
            // The producer would look for the coordinator of the group, which is another one.
            case NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE, NETWORK_EXCEPTION -> Errors.COORDINATOR_LOAD_IN_PROGRESS;
            case CONCURRENT_TRANSACTIONS -> version >= FIRST_WITH_ADDING ? error : Errors.COORDINATOR_LOAD_IN_PROGRESS;
            case TRANSACTION_ABORTABLE -> version >= FIRST_WITH_ABORTABLE ? error : Errors.INVALID_TXN_STATE;
            case PRODUCER_FENCED -> Errors.INVALID_PRODUCER_EPOCH;
            default -> error;
        };
    }
}
