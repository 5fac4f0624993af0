package io.s3stream.kafka.protocol.admin;

import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.partition.PartitionLog;
import io.s3stream.kafka.protocol.PartitionLookup;
import io.s3stream.kafka.protocol.StoreErrors;
import io.s3stream.kafka.protocol.TopicLookup;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsPartitionResult;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsTopicResult;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DeleteRecordsRequest;
import org.apache.kafka.common.requests.DeleteRecordsResponse;
import org.apache.kafka.common.requests.RequestContext;

/** DeleteRecords: moves the start of a partition up to an offset, at most to the high watermark. */
final class DeleteRecordsApi {

    private final Cluster cluster;

    private final Access access;

    DeleteRecordsApi(Cluster cluster, Access access) {
        this.cluster = cluster;
        this.access = access;
    }

    CompletableFuture<KafkaResponse> delete(RequestContext context, DeleteRecordsRequest request) {
        DeleteRecordsResponseData data = new DeleteRecordsResponseData();
        List<CompletableFuture<?>> trims = new ArrayList<>();
        Predicate<String> isPermitted = access.topics(context, AclOperation.DELETE);
        for (DeleteRecordsTopic topic : request.data().topics()) {
            TopicLookup found = TopicLookup.byName(cluster.view(), topic.name(), isPermitted);
            DeleteRecordsTopicResult result = new DeleteRecordsTopicResult().setName(topic.name());
            data.topics().add(result);
            for (DeleteRecordsPartition partition : topic.partitions()) {
                DeleteRecordsPartitionResult answer =
                        new DeleteRecordsPartitionResult().setPartitionIndex(partition.partitionIndex());
                result.partitions().add(answer);
                trims.add(delete(found, partition, answer));
            }
        }
        return CompletableFuture.allOf(trims.toArray(CompletableFuture[]::new))
                .thenApply(done -> KafkaResponse.of(new DeleteRecordsResponse(data)));
    }

    /** Fills the answer. The future does not fail. */
    private CompletableFuture<?> delete(
            TopicLookup topic, DeleteRecordsPartition wanted, DeleteRecordsPartitionResult answer) {
        if (topic.topic().filter(DeleteRecordsApi::isInternal).isPresent()) {
            return failed(answer, Errors.INVALID_TOPIC_EXCEPTION);
        }
        PartitionLookup found = PartitionLookup.of(cluster, topic, wanted.partitionIndex());
        if (found.log().isEmpty()) {
            return failed(answer, found.error());
        }
        if (!found.topic().orElseThrow().configs().isDeleted()) {
            return failed(answer, Errors.POLICY_VIOLATION);
        }
        PartitionLog log = found.log().get();
        long end = log.highWatermark();
        long offset = wanted.offset() == DeleteRecordsRequest.HIGH_WATERMARK ? end : wanted.offset();
        if (offset < 0 || offset > end) {
            return failed(answer, Errors.OFFSET_OUT_OF_RANGE);
        }
        return log.trim(offset).handle((trimmed, error) -> {
            if (error != null) {
                return failed(answer, StoreErrors.of(error));
            }
            return answer.setLowWatermark(log.startOffset());
        });
    }

    /** Whether the coordinators of this broker keep their states in the topic, and delete its records themselves. */
    private static boolean isInternal(Topic topic) {
        return org.apache.kafka.common.internals.Topic.isInternal(topic.name());
    }

    private static CompletableFuture<?> failed(DeleteRecordsPartitionResult answer, Errors error) {
        answer.setErrorCode(error.code()).setLowWatermark(DeleteRecordsResponse.INVALID_LOW_WATERMARK);
        return CompletableFuture.completedFuture(null);
    }
}
