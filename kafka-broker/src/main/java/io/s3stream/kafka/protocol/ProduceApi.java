package io.s3stream.kafka.protocol;

import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.partition.PartitionLog;
import io.s3stream.kafka.transactions.PartitionVerifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.message.ProduceResponseData.TopicProduceResponse;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.apache.kafka.common.requests.RequestContext;
import org.jspecify.annotations.Nullable;

/**
 * Produce. Any {@code acks} other than 0 is answered when the batches are durable in the WAL. Batches of a transaction
 * that is new to their partition wait for the coordinator of the transaction.
 */
public final class ProduceApi {

    private final Cluster cluster;
    private final int maxMessageBytes;
    private final PartitionVerifier verifier;

    public ProduceApi(Cluster cluster, int maxMessageBytes, PartitionVerifier verifier) {
        this.cluster = cluster;
        this.maxMessageBytes = maxMessageBytes;
        this.verifier = verifier;
    }

    /** A batch whose partition this broker leads, and its part of the response. */
    private record Part(PartitionLog log, MemoryRecords records, PartitionProduceResponse response) {}

    public CompletableFuture<KafkaResponse> produce(RequestContext context, ProduceRequest request) {
        ProduceResponseData data = new ProduceResponseData();
        List<Part> parts = new ArrayList<>();
        TransactionalAppends transactional =
                new TransactionalAppends(verifier, request.transactionalId(), request.version());
        for (TopicProduceData topicData : request.data().topicData()) {
            boolean byId = topicData.topicId() != null && !topicData.topicId().equals(Uuid.ZERO_UUID);
            Optional<Topic> topic = byId
                    ? cluster.view().topic(topicData.topicId())
                    : cluster.view().topic(topicData.name());
            TopicProduceResponse response =
                    new TopicProduceResponse().setName(topicData.name()).setTopicId(topicData.topicId());
            data.responses().add(response);
            for (PartitionProduceData partitionData : topicData.partitionData()) {
                PartitionProduceResponse partition = new PartitionProduceResponse().setIndex(partitionData.index());
                response.partitionResponses().add(partition);
                if (topic.isEmpty()) {
                    fail(partition, byId ? Errors.UNKNOWN_TOPIC_ID : Errors.UNKNOWN_TOPIC_OR_PARTITION, null);
                } else {
                    find(topic.get(), partitionData, partition, transactional).ifPresent(parts::add);
                }
            }
        }
        return transactional
                .verify()
                .thenCompose(refused -> appendAll(parts, transactional, refused))
                .thenApply(done ->
                        request.acks() == 0 ? KafkaResponse.none() : KafkaResponse.of(new ProduceResponse(data)));
    }

    /** Finds the log of a batch, or fills the response. */
    private Optional<Part> find(
            Topic topic,
            PartitionProduceData request,
            PartitionProduceResponse response,
            TransactionalAppends transactional) {
        if (request.index() < 0 || request.index() >= topic.partitions().size()) {
            fail(response, Errors.UNKNOWN_TOPIC_OR_PARTITION, null);
            return Optional.empty();
        }
        if (org.apache.kafka.common.internals.Topic.isInternal(topic.name())) {
            fail(response, Errors.INVALID_TOPIC_EXCEPTION, "Cannot append to internal topic " + topic.name());
            return Optional.empty();
        }
        Optional<PartitionLog> log = cluster.log(topic.partitions().get(request.index()));
        if (log.isEmpty()) {
            fail(response, Errors.NOT_LEADER_OR_FOLLOWER, null);
            return Optional.empty();
        }
        MemoryRecords records = request.records() instanceof MemoryRecords memory ? memory : MemoryRecords.EMPTY;
        Errors error = transactional.include(log.get(), records);
        if (error != Errors.NONE) {
            fail(response, error, null);
            return Optional.empty();
        }
        return Optional.of(new Part(log.get(), records, response));
    }

    private CompletableFuture<Void> appendAll(
            List<Part> parts, TransactionalAppends transactional, Map<TopicPartition, Errors> refused) {
        List<CompletableFuture<?>> appends = new ArrayList<>();
        for (Part part : parts) {
            Errors error = refused.get(part.log.name());
            if (error == null) {
                appends.add(append(part, transactional));
            } else {
                fail(part.response, error, "the coordinator of the transaction refuses the batch");
            }
        }
        return CompletableFuture.allOf(appends.toArray(CompletableFuture[]::new));
    }

    /** Appends, and fills the response. The future does not fail. */
    private CompletableFuture<?> append(Part part, TransactionalAppends transactional) {
        return part.log
                .append(part.records, maxMessageBytes, transactional.guard(part.log.name()))
                .thenCompose(appended -> appended.durable()
                        .thenAccept(durable -> part.response
                                .setBaseOffset(appended.baseOffset())
                                .setLogAppendTimeMs(appended.logAppendTime())
                                .setLogStartOffset(part.log.startOffset())))
                .exceptionally(error -> {
                    fail(part.response, StoreErrors.of(error), error.getMessage());
                    return null;
                });
    }

    private static void fail(PartitionProduceResponse response, Errors error, @Nullable String message) {
        response.setErrorCode(error.code())
                .setErrorMessage(message)
                .setBaseOffset(ProduceResponse.INVALID_OFFSET)
                .setLogStartOffset(-1);
    }
}
