package io.s3stream.kafka.protocol;

import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.partition.PartitionLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
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

/** Produce. Any {@code acks} other than 0 is answered when the batches are durable in the WAL. */
public final class ProduceApi {

    private final Cluster cluster;
    private final int maxMessageBytes;

    public ProduceApi(Cluster cluster, int maxMessageBytes) {
        this.cluster = cluster;
        this.maxMessageBytes = maxMessageBytes;
    }

    public CompletableFuture<KafkaResponse> produce(RequestContext context, ProduceRequest request) {
        ProduceResponseData data = new ProduceResponseData();
        List<CompletableFuture<?>> appends = new ArrayList<>();
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
                    appends.add(append(topic.get(), partitionData, partition));
                }
            }
        }
        return CompletableFuture.allOf(appends.toArray(CompletableFuture[]::new))
                .thenApply(done ->
                        request.acks() == 0 ? KafkaResponse.none() : KafkaResponse.of(new ProduceResponse(data)));
    }

    /** Appends, and fills the response. The future does not fail. */
    private CompletableFuture<?> append(Topic topic, PartitionProduceData request, PartitionProduceResponse response) {
        if (request.index() < 0 || request.index() >= topic.partitions().size()) {
            fail(response, Errors.UNKNOWN_TOPIC_OR_PARTITION, null);
            return CompletableFuture.completedFuture(null);
        }
        if (org.apache.kafka.common.internals.Topic.isInternal(topic.name())) {
            fail(response, Errors.INVALID_TOPIC_EXCEPTION, "Cannot append to internal topic " + topic.name());
            return CompletableFuture.completedFuture(null);
        }
        PartitionState partition = topic.partitions().get(request.index());
        Optional<PartitionLog> log = cluster.log(partition);
        if (log.isEmpty()) {
            fail(response, Errors.NOT_LEADER_OR_FOLLOWER, null);
            return CompletableFuture.completedFuture(null);
        }
        BaseRecords records = request.records();
        return log.get()
                .append(records instanceof MemoryRecords memory ? memory : MemoryRecords.EMPTY, maxMessageBytes)
                .thenCompose(appended -> appended.durable()
                        .thenAccept(durable -> response.setBaseOffset(appended.baseOffset())
                                .setLogAppendTimeMs(appended.logAppendTime())
                                .setLogStartOffset(log.get().startOffset())))
                .exceptionally(error -> {
                    fail(response, StoreErrors.of(error), error.getMessage());
                    return null;
                });
    }

    private static void fail(PartitionProduceResponse response, Errors error, String message) {
        response.setErrorCode(error.code())
                .setErrorMessage(message)
                .setBaseOffset(ProduceResponse.INVALID_OFFSET)
                .setLogStartOffset(-1);
    }
}
