package io.s3stream.kafka.protocol;

import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.catalogue.ProducerIds;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.partition.PartitionLog;
import io.s3stream.kafka.producers.ProducerEntry;
import io.s3stream.kafka.transactions.TransactionCoordinator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.message.DescribeProducersRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeProducersResponseData;
import org.apache.kafka.common.message.DescribeProducersResponseData.PartitionResponse;
import org.apache.kafka.common.message.DescribeProducersResponseData.ProducerState;
import org.apache.kafka.common.message.DescribeProducersResponseData.TopicResponse;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.DescribeProducersRequest;
import org.apache.kafka.common.requests.DescribeProducersResponse;
import org.apache.kafka.common.requests.InitProducerIdRequest;
import org.apache.kafka.common.requests.InitProducerIdResponse;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.utils.ProducerIdAndEpoch;

/** InitProducerId and DescribeProducers. */
public final class ProducerApi {

    private final ProducerIds ids;
    private final TransactionCoordinator coordinator;
    private final Cluster cluster;
    private final Access access;

    public ProducerApi(ProducerIds ids, TransactionCoordinator coordinator, Cluster cluster, Access access) {
        this.access = access;
        this.ids = ids;
        this.coordinator = coordinator;
        this.cluster = cluster;
    }

    public CompletableFuture<KafkaResponse> init(RequestContext context, InitProducerIdRequest request) {
        InitProducerIdRequestData data = request.data();
        if (data.transactionalId() == null) {
            access.requireIdempotentWrite(context);
            return Answers.of(request, ids.next(), id -> answer(Errors.NONE, id, (short) 0));
        }
        access.requireTransaction(context, AclOperation.WRITE, data.transactionalId());
        if (data.enable2Pc() || data.keepPreparedTxn()) {
            // Two-phase commits are not supported, as in a Kafka that has them disabled.
            return Answers.now(answer(
                    Errors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
                    RecordBatch.NO_PRODUCER_ID,
                    RecordBatch.NO_PRODUCER_EPOCH));
        }
        boolean hasId = data.producerId() != RecordBatch.NO_PRODUCER_ID;
        boolean hasEpoch = data.producerEpoch() != RecordBatch.NO_PRODUCER_EPOCH;
        if (hasId != hasEpoch) {
            return Answers.now(
                    answer(Errors.INVALID_REQUEST, RecordBatch.NO_PRODUCER_ID, RecordBatch.NO_PRODUCER_EPOCH));
        }
        Optional<ProducerIdAndEpoch> expected =
                hasId ? Optional.of(new ProducerIdAndEpoch(data.producerId(), data.producerEpoch())) : Optional.empty();
        return Answers.of(
                request, coordinator.init(data.transactionalId(), data.transactionTimeoutMs(), expected), result -> {
                    // Only newer clients know that a fenced producer differs from one with an old epoch.
                    Errors error = result.error() == Errors.PRODUCER_FENCED && request.version() < 4
                            ? Errors.INVALID_PRODUCER_EPOCH
                            : result.error();
                    return answer(error, result.producerId(), result.producerEpoch());
                });
    }

    private static InitProducerIdResponse answer(Errors error, long producerId, short producerEpoch) {
        return new InitProducerIdResponse(new InitProducerIdResponseData()
                .setErrorCode(error.code())
                .setProducerId(producerId)
                .setProducerEpoch(producerEpoch));
    }

    public CompletableFuture<KafkaResponse> describe(RequestContext context, DescribeProducersRequest request) {
        DescribeProducersResponseData data = new DescribeProducersResponseData();
        Predicate<String> isPermitted = access.topics(context, AclOperation.READ);
        for (TopicRequest wanted : request.data().topics()) {
            TopicLookup found = TopicLookup.byName(cluster.view(), wanted.name(), isPermitted);
            TopicResponse topic = new TopicResponse().setName(wanted.name());
            data.topics().add(topic);
            wanted.partitionIndexes().forEach(index -> topic.partitions().add(describe(found, index)));
        }
        return Answers.now(new DescribeProducersResponse(data));
    }

    private PartitionResponse describe(TopicLookup topic, int index) {
        PartitionResponse response = new PartitionResponse().setPartitionIndex(index);
        PartitionLookup found = PartitionLookup.of(cluster, topic, index);
        Optional<PartitionLog> log = found.log();
        if (log.isEmpty()) {
            return response.setErrorCode(found.error().code());
        }
        for (ProducerEntry producer : log.get().producers()) {
            response.activeProducers()
                    .add(new ProducerState()
                            .setProducerId(producer.id())
                            .setProducerEpoch(producer.epoch())
                            .setLastSequence(producer.lastSequence())
                            .setLastTimestamp(producer.lastTimestamp())
                            .setCoordinatorEpoch(producer.coordinatorEpoch())
                            .setCurrentTxnStartOffset(producer.transactionStart()));
        }
        return response;
    }
}
