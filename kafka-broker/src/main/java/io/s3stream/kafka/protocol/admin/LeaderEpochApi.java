package io.s3stream.kafka.protocol.admin;

import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.partition.PartitionLog;
import io.s3stream.kafka.protocol.PartitionLookup;
import io.s3stream.kafka.protocol.StoreErrors;
import io.s3stream.kafka.protocol.TopicLookup;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.EpochEndOffset;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.OffsetForLeaderTopicResult;
import org.apache.kafka.common.requests.OffsetsForLeaderEpochRequest;
import org.apache.kafka.common.requests.OffsetsForLeaderEpochResponse;
import org.apache.kafka.common.requests.RequestContext;

/**
 * OffsetForLeaderEpoch: where the records of a leader epoch end. Leader epochs are the epochs of the stream less one.
 */
final class LeaderEpochApi {

    private final Cluster cluster;

    private final Access access;

    LeaderEpochApi(Cluster cluster, Access access) {
        this.cluster = cluster;
        this.access = access;
    }

    CompletableFuture<KafkaResponse> find(RequestContext context, OffsetsForLeaderEpochRequest request) {
        OffsetForLeaderEpochResponseData data = new OffsetForLeaderEpochResponseData();
        Predicate<String> isPermitted = access.cluster(context, AclOperation.CLUSTER_ACTION)
                ? name -> true
                : access.topics(context, AclOperation.DESCRIBE);
        for (OffsetForLeaderTopic topic : request.data().topics()) {
            OffsetForLeaderTopicResult result = new OffsetForLeaderTopicResult().setTopic(topic.topic());
            data.topics().add(result);
            TopicLookup found = TopicLookup.byName(cluster.view(), topic.topic(), isPermitted);
            for (OffsetForLeaderPartition partition : topic.partitions()) {
                result.partitions().add(find(found, partition));
            }
        }
        return CompletableFuture.completedFuture(KafkaResponse.of(new OffsetsForLeaderEpochResponse(data)));
    }

    private EpochEndOffset find(TopicLookup topic, OffsetForLeaderPartition wanted) {
        EpochEndOffset answer = new EpochEndOffset()
                .setPartition(wanted.partition())
                .setLeaderEpoch(OffsetsForLeaderEpochResponse.UNDEFINED_EPOCH)
                .setEndOffset(OffsetsForLeaderEpochResponse.UNDEFINED_EPOCH_OFFSET);
        PartitionLookup found =
                PartitionLookup.of(cluster, topic, wanted.partition()).ifEpoch(wanted.currentLeaderEpoch());
        if (found.log().isEmpty()) {
            return answer.setErrorCode(found.error().code());
        }
        try {
            return fill(answer, wanted.leaderEpoch(), found.log().get());
        } catch (RuntimeException e) {
            return answer.setErrorCode(StoreErrors.of(e).code());
        }
    }

    /** The rule of Kafka's cache of leader epochs: the greatest epoch that is not after the wanted one, and its end. */
    private static EpochEndOffset fill(EpochEndOffset answer, int wanted, PartitionLog log) {
        long end = log.highWatermark();
        TreeMap<Integer, Long> starts = new TreeMap<>();
        log.stream().epochs().forEach((epoch, start) -> starts.put(Math.toIntExact(epoch - 1), start));
        starts.putIfAbsent(log.leaderEpoch(), end);
        var next = starts.higherEntry(wanted);
        if (wanted < 0 || wanted > starts.lastKey()) {
            return answer;
        }
        if (next == null) {
            return answer.setLeaderEpoch(wanted).setEndOffset(end);
        }
        Integer known = starts.floorKey(wanted);
        return answer.setLeaderEpoch(known == null ? wanted : known).setEndOffset(next.getValue());
    }
}
