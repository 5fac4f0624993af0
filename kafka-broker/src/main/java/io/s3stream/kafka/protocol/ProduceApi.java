package io.s3stream.kafka.protocol;

import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.catalogue.TopicConfigs;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.partition.AppendOptions;
import io.s3stream.kafka.partition.PartitionLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidRequiredAcksException;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.message.ProduceResponseData.TopicProduceResponse;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.apache.kafka.common.requests.RequestContext;
import org.jspecify.annotations.Nullable;

/** Produce. Any {@code acks} other than 0 is answered when the batches are durable in the WAL. */
public final class ProduceApi {

    private final Cluster cluster;

    public ProduceApi(Cluster cluster) {
        this.cluster = cluster;
    }

    public CompletableFuture<KafkaResponse> produce(RequestContext context, ProduceRequest request) {
        ProduceResponseData data = new ProduceResponseData();
        List<CompletableFuture<?>> appends = new ArrayList<>();
        if (request.acks() < -1 || request.acks() > 1) {
            throw new InvalidRequiredAcksException("acks=" + request.acks() + ": must be 0, 1 or -1 (all)");
        }
        for (TopicProduceData topicData : request.data().topicData()) {
            boolean byId = topicData.topicId() != null && !topicData.topicId().equals(Uuid.ZERO_UUID);
            Optional<Topic> topic = PartitionLookup.topic(cluster.view(), topicData.name(), topicData.topicId());
            TopicProduceResponse response =
                    new TopicProduceResponse().setName(topicData.name()).setTopicId(topicData.topicId());
            data.responses().add(response);
            for (PartitionProduceData partitionData : topicData.partitionData()) {
                PartitionProduceResponse partition = new PartitionProduceResponse().setIndex(partitionData.index());
                response.partitionResponses().add(partition);
                PartitionLookup found = PartitionLookup.of(cluster, topic, byId, partitionData.index());
                if (found.log().isEmpty()) {
                    fail(partition, found.error(), null);
                } else {
                    appends.add(append(request, found, partitionData, partition));
                }
            }
        }
        return CompletableFuture.allOf(appends.toArray(CompletableFuture[]::new))
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

    /** Appends, and fills the response. The future does not fail. */
    private static CompletableFuture<?> append(
            ProduceRequest request,
            PartitionLookup found,
            PartitionProduceData data,
            PartitionProduceResponse response) {
        BaseRecords records = data.records();
        try {
            ProduceRequest.validateRecords(request.version(), records);
        } catch (ApiException e) {
            fail(response, Errors.forException(e), e.getMessage());
            return CompletableFuture.completedFuture(null);
        }
        PartitionLog log = found.log().orElseThrow();
        AppendOptions options = options(found.topic().orElseThrow().configs());
        return log.append(records instanceof MemoryRecords memory ? memory : MemoryRecords.EMPTY, options)
                .thenCompose(appended -> appended.durable()
                        .thenAccept(durable -> response.setBaseOffset(appended.baseOffset())
                                .setLogAppendTimeMs(appended.logAppendTime())
                                .setLogStartOffset(log.startOffset())))
                .exceptionally(error -> {
                    fail(response, StoreErrors.of(error), StoreErrors.message(error));
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
