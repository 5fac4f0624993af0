package io.s3stream.kafka.protocol;

import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.partition.OffsetAndTimestamp;
import io.s3stream.kafka.partition.PartitionLog;
import io.s3stream.kafka.partition.TimestampSearch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsTopicResponse;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ListOffsetsRequest;
import org.apache.kafka.common.requests.ListOffsetsResponse;
import org.apache.kafka.common.requests.RequestContext;

/** ListOffsets: the ends of a partition, and the first record at or after a time. */
public final class ListOffsetsApi {

    /** The special timestamps, and the first version that has each. */
    private static final Map<Long, Integer> FIRST_VERSIONS = Map.of(
            ListOffsetsRequest.LATEST_TIMESTAMP, 1,
            ListOffsetsRequest.EARLIEST_TIMESTAMP, 1,
            ListOffsetsRequest.MAX_TIMESTAMP, 7,
            ListOffsetsRequest.EARLIEST_LOCAL_TIMESTAMP, 8,
            ListOffsetsRequest.LATEST_TIERED_TIMESTAMP, 9,
            ListOffsetsRequest.EARLIEST_PENDING_UPLOAD_TIMESTAMP, 11);

    private final Cluster cluster;

    private final Access access;

    public ListOffsetsApi(Cluster cluster, Access access) {
        this.cluster = cluster;
        this.access = access;
    }

    public CompletableFuture<KafkaResponse> list(RequestContext context, ListOffsetsRequest request) {
        ListOffsetsResponseData data = new ListOffsetsResponseData();
        Predicate<String> isPermitted = access.topics(context, AclOperation.DESCRIBE);
        List<CompletableFuture<?>> searches = new ArrayList<>();
        for (ListOffsetsTopic wanted : request.topics()) {
            TopicLookup topic = TopicLookup.byName(cluster.view(), wanted.name(), isPermitted);
            ListOffsetsTopicResponse response = new ListOffsetsTopicResponse().setName(wanted.name());
            data.topics().add(response);
            for (ListOffsetsPartition partition : wanted.partitions()) {
                ListOffsetsPartitionResponse answer =
                        new ListOffsetsPartitionResponse().setPartitionIndex(partition.partitionIndex());
                response.partitions().add(answer);
                searches.add(search(topic, partition, request, answer));
            }
        }
        return CompletableFuture.allOf(searches.toArray(CompletableFuture[]::new))
                .thenApply(done -> KafkaResponse.of(new ListOffsetsResponse(data)));
    }

    /** Fills the answer. The future does not fail. */
    private CompletableFuture<?> search(
            TopicLookup topic,
            ListOffsetsPartition wanted,
            ListOffsetsRequest request,
            ListOffsetsPartitionResponse answer) {
        PartitionLookup found =
                PartitionLookup.of(cluster, topic, wanted.partitionIndex()).ifEpoch(wanted.currentLeaderEpoch());
        if (topic.topic().isPresent() && !isSupported(wanted.timestamp(), request.version())) {
            answer.setErrorCode(Errors.UNSUPPORTED_VERSION.code());
            return CompletableFuture.completedFuture(null);
        }
        Optional<PartitionLog> log = found.log();
        if (log.isEmpty()) {
            answer.setErrorCode(found.error().code());
            return CompletableFuture.completedFuture(null);
        }
        // A reader of committed records sees the records before the last stable offset.
        long end = request.isolationLevel() == IsolationLevel.READ_COMMITTED
                ? log.get().lastStableOffset()
                : log.get().highWatermark();
        return CompletableFuture.completedFuture(log.get())
                .thenCompose(led -> find(led, wanted.timestamp(), end)) // the metadata may have deleted the stream
                .thenAccept(offset -> offset.ifPresent(position -> answer.setOffset(position.offset())
                        .setTimestamp(position.timestamp())
                        .setLeaderEpoch(request.version() >= 4 ? position.leaderEpoch() : -1)))
                .exceptionally(failure -> {
                    answer.setErrorCode(StoreErrors.of(failure).code());
                    return null;
                });
    }

    /** A client must not take the missing answer to an unknown question for an empty partition. */
    private static boolean isSupported(long timestamp, int version) {
        return timestamp >= 0 || version >= FIRST_VERSIONS.getOrDefault(timestamp, Integer.MAX_VALUE);
    }

    private static CompletableFuture<Optional<OffsetAndTimestamp>> find(PartitionLog log, long timestamp, long end) {
        if (timestamp == ListOffsetsRequest.LATEST_TIMESTAMP) {
            return position(end, log.leaderEpoch());
        }
        if (timestamp == ListOffsetsRequest.EARLIEST_TIMESTAMP
                || timestamp == ListOffsetsRequest.EARLIEST_LOCAL_TIMESTAMP) {
            return position(log.startOffset(), firstEpoch(log));
        }
        if (timestamp < 0 && timestamp != ListOffsetsRequest.MAX_TIMESTAMP) {
            return CompletableFuture.completedFuture(Optional.empty()); // offsets of tiers, and there are no tiers
        }
        CompletableFuture<Optional<OffsetAndTimestamp>> found = timestamp == ListOffsetsRequest.MAX_TIMESTAMP
                ? TimestampSearch.greatest(log)
                : TimestampSearch.firstAtOrAfter(log, timestamp);
        return found.thenApply(position -> position.filter(visible -> visible.offset() < end));
    }

    /** The leader epoch of the first record: the present one if there is no record, and -1 if the store forgot it. */
    private static int firstEpoch(PartitionLog log) {
        long start = log.startOffset();
        Map.Entry<Long, Long> first = log.stream().epochs().firstEntry();
        if (first == null || start == log.highWatermark()) {
            return log.leaderEpoch();
        }
        return first.getValue() <= start ? Math.toIntExact(first.getKey() - 1) : -1;
    }

    private static CompletableFuture<Optional<OffsetAndTimestamp>> position(long offset, int leaderEpoch) {
        return CompletableFuture.completedFuture(Optional.of(new OffsetAndTimestamp(offset, -1, leaderEpoch)));
    }
}
