package io.s3stream.kafka.protocol;

import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.catalogue.TopicConfigs;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.partition.AppendOptions;
import io.s3stream.kafka.partition.PartitionLog;
import io.s3stream.kafka.transactions.PartitionVerifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidRequiredAcksException;
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
import org.apache.kafka.common.requests.RequestUtils;
import org.jspecify.annotations.Nullable;

/**
 * Produce. Any {@code acks} other than 0 is answered when the batches are durable in the WAL. Batches of a transaction
 * that is new to their partition wait for the coordinator of the transaction.
 */
public final class ProduceApi {

    private final Cluster cluster;
    private final PartitionVerifier verifier;
    private final Access access;
    private final LeaderHints hints;

    public ProduceApi(Cluster cluster, PartitionVerifier verifier, Access access) {
        this.cluster = cluster;
        this.verifier = verifier;
        this.access = access;
        this.hints = new LeaderHints(cluster);
    }

    /** A batch whose partition this broker leads, and its part of the response. */
    private record Part(
            PartitionLog log, AppendOptions options, MemoryRecords records, PartitionProduceResponse response) {}

    public CompletableFuture<KafkaResponse> produce(RequestContext context, ProduceRequest request) {
        ProduceResponseData data = new ProduceResponseData();
        if (request.acks() < -1 || request.acks() > 1) {
            throw new InvalidRequiredAcksException("acks=" + request.acks() + ": must be 0, 1 or -1 (all)");
        }
        if (RequestUtils.hasTransactionalRecords(request) && request.transactionalId() != null) {
            access.requireTransaction(context, AclOperation.WRITE, request.transactionalId());
        }
        List<Part> parts = new ArrayList<>();
        Predicate<String> isPermitted = access.topics(context, AclOperation.WRITE);
        TransactionalAppends transactional =
                new TransactionalAppends(verifier, request.transactionalId(), request.version());
        for (TopicProduceData topicData : request.data().topicData()) {
            TopicLookup topic = TopicLookup.of(cluster.view(), topicData.name(), topicData.topicId(), isPermitted);
            TopicProduceResponse response =
                    new TopicProduceResponse().setName(topicData.name()).setTopicId(topicData.topicId());
            data.responses().add(response);
            for (PartitionProduceData partitionData : topicData.partitionData()) {
                PartitionProduceResponse partition = new PartitionProduceResponse().setIndex(partitionData.index());
                response.partitionResponses().add(partition);
                PartitionLookup found = PartitionLookup.of(cluster, topic, partitionData.index());
                if (found.log().isEmpty()) {
                    fail(partition, found.error(), null);
                } else {
                    include(request, found, partitionData, partition, transactional)
                            .ifPresent(parts::add);
                }
            }
        }
        return transactional
                .verify()
                .thenCompose(refused -> appendAll(parts, transactional, refused))
                .thenCompose(done -> request.acks() == 0
                        ? CompletableFuture.<Void>completedFuture(null)
                        : hints.complete(data, request.version()))
                .thenApply(done -> answer(request, data));
    }

    /** A client that wants no answer learns of a failure by the end of its connection. */
    private static KafkaResponse answer(ProduceRequest request, ProduceResponseData data) {
        if (request.acks() != 0) {
            return KafkaResponse.of(new ProduceResponse(data));
        }
        boolean hasFailed = data.responses().stream()
                .flatMap(topic -> topic.partitionResponses().stream())
                .anyMatch(partition -> partition.errorCode() != Errors.NONE.code());
        return hasFailed ? KafkaResponse.closed() : KafkaResponse.none();
    }

    /** Makes a part of a batch whose partition this broker leads, or fills the response. */
    private static Optional<Part> include(
            ProduceRequest request,
            PartitionLookup found,
            PartitionProduceData data,
            PartitionProduceResponse response,
            TransactionalAppends transactional) {
        Topic topic = found.topic().orElseThrow();
        if (org.apache.kafka.common.internals.Topic.isInternal(topic.name())) {
            fail(response, Errors.INVALID_TOPIC_EXCEPTION, "Cannot append to internal topic " + topic.name());
            return Optional.empty();
        }
        try {
            ProduceRequest.validateRecords(request.version(), data.records());
        } catch (ApiException e) {
            fail(response, Errors.forException(e), e.getMessage());
            return Optional.empty();
        }
        MemoryRecords records = data.records() instanceof MemoryRecords memory ? memory : MemoryRecords.EMPTY;
        PartitionLog log = found.log().orElseThrow();
        Errors error = transactional.include(log, records);
        if (error != Errors.NONE) {
            fail(response, error, null);
            return Optional.empty();
        }
        return Optional.of(new Part(log, options(topic.configs()), records, response));
    }

    private static CompletableFuture<Void> appendAll(
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
    private static CompletableFuture<?> append(Part part, TransactionalAppends transactional) {
        return part.log
                .append(part.records, part.options, transactional.guard(part.log.name()))
                .thenCompose(appended -> appended.durable()
                        .thenAccept(durable -> part.response
                                .setBaseOffset(appended.baseOffset())
                                .setLogAppendTimeMs(appended.logAppendTime())
                                .setLogStartOffset(part.log.startOffset())))
                .exceptionally(error -> {
                    fail(part.response, StoreErrors.of(error), StoreErrors.message(error));
                    return null;
                });
    }

    private static AppendOptions options(TopicConfigs configs) {
        return new AppendOptions(
                configs.maxMessageBytes(),
                configs.timestampType(),
                configs.timestampBeforeMaxMs(),
                configs.timestampAfterMaxMs(),
                configs.isCompacted());
    }

    private static void fail(PartitionProduceResponse response, Errors error, @Nullable String message) {
        response.setErrorCode(error.code())
                .setErrorMessage(message)
                .setBaseOffset(ProduceResponse.INVALID_OFFSET)
                .setLogStartOffset(-1);
    }
}
