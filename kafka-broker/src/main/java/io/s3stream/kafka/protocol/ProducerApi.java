package io.s3stream.kafka.protocol;

import io.s3stream.kafka.catalogue.ProducerIds;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.partition.PartitionLog;
import io.s3stream.kafka.producers.ProducerEntry;
import io.s3stream.kafka.transactions.TransactionCoordinator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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

    public ProducerApi(ProducerIds ids, TransactionCoordinator coordinator, Cluster cluster) {
        this.ids = ids;
        this.coordinator = coordinator;
        this.cluster = cluster;
    }

    public CompletableFuture<KafkaResponse> init(RequestContext context, InitProducerIdRequest request) {
        InitProducerIdRequestData data = request.data();
        if (data.transactionalId() == null) {
            return Answers.of(request, ids.next(), id -> answer(Errors.NONE, id, (short) 0));
        }
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
        for (TopicRequest wanted : request.data().topics()) {
            TopicResponse topic = new TopicResponse().setName(wanted.name());
            data.topics().add(topic);
            wanted.partitionIndexes().forEach(index -> topic.partitions().add(describe(wanted.name(), index)));
        }
        return Answers.now(new DescribeProducersResponse(data));
    }

    private PartitionResponse describe(String name, int index) {
        PartitionResponse response = new PartitionResponse().setPartitionIndex(index);
        Optional<Topic> topic = cluster.view().topic(name);
        if (topic.isEmpty() || index < 0 || index >= topic.get().partitions().size()) {
            return response.setErrorCode(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
        }
        Optional<PartitionLog> log = cluster.log(topic.get().partitions().get(index));
        if (log.isEmpty()) {
            return response.setErrorCode(Errors.NOT_LEADER_OR_FOLLOWER.code());
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
