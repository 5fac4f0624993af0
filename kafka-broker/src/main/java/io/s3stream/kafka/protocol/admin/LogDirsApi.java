package io.s3stream.kafka.protocol.admin;

import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.net.KafkaResponse;
import io.s3stream.kafka.partition.PartitionLog;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.message.DescribeLogDirsRequestData.DescribableLogDirTopic;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsPartition;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsResult;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsTopic;
import org.apache.kafka.common.requests.DescribeLogDirsRequest;
import org.apache.kafka.common.requests.DescribeLogDirsResponse;
import org.apache.kafka.common.requests.RequestContext;

/**
 * DescribeLogDirs: the store is the only directory. Answers the partitions that this broker leads. Sizes are those of
 * the metadata: records that are only in the WAL are not counted.
 */
final class LogDirsApi {

    private final Cluster cluster;
    private final String storage;
    private final Access access;

    LogDirsApi(Cluster cluster, String storage, Access access) {
        this.access = access;
        this.cluster = cluster;
        this.storage = storage;
    }

    CompletableFuture<KafkaResponse> describe(RequestContext context, DescribeLogDirsRequest request) {
        access.requireCluster(context, AclOperation.DESCRIBE);
        DescribeLogDirsResult store = new DescribeLogDirsResult().setLogDir(storage);
        List<CompletableFuture<Void>> sizes = new ArrayList<>();
        if (request.data().topics() == null) {
            for (Topic topic : cluster.view().topics()) {
                sizes.addAll(add(store, topic, Optional.empty()));
            }
        } else {
            for (DescribableLogDirTopic wanted : request.data().topics()) {
                cluster.view()
                        .topic(wanted.topic())
                        .ifPresent(topic ->
                                sizes.addAll(add(store, topic, Optional.of(new HashSet<>(wanted.partitions())))));
            }
        }
        DescribeLogDirsResponseData data = new DescribeLogDirsResponseData();
        data.results().add(store);
        return CompletableFuture.allOf(sizes.toArray(CompletableFuture[]::new))
                .thenApply(done -> KafkaResponse.of(new DescribeLogDirsResponse(data)));
    }

    /** Adds partitions of a topic that this broker leads. Returns the look-ups of their sizes. */
    private List<CompletableFuture<Void>> add(DescribeLogDirsResult store, Topic topic, Optional<Set<Integer>> wanted) {
        List<CompletableFuture<Void>> sizes = new ArrayList<>();
        DescribeLogDirsTopic described = new DescribeLogDirsTopic().setName(topic.name());
        for (PartitionState partition : topic.partitions()) {
            boolean isWanted = wanted.isEmpty() || wanted.get().contains(partition.index());
            Optional<PartitionLog> log = cluster.log(partition);
            if (isWanted && log.isPresent()) {
                DescribeLogDirsPartition answer = new DescribeLogDirsPartition().setPartitionIndex(partition.index());
                described.partitions().add(answer);
                sizes.add(size(log.get(), answer));
            }
        }
        if (!described.partitions().isEmpty()) {
            store.topics().add(described);
        }
        return sizes;
    }

    /** Fills in the size; it stays 0 for a log that has ended. */
    private static CompletableFuture<Void> size(PartitionLog log, DescribeLogDirsPartition answer) {
        return log.stream().sizeBytes(log.startOffset(), log.highWatermark()).handle((bytes, error) -> {
            answer.setPartitionSize(error == null ? bytes : 0);
            return null;
        });
    }
}
