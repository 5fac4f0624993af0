package io.s3stream.kafka.groups;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.server.util.PartitionMetadataClient;

/** Stands for the end offsets that only share groups ask for. */
final class NoShareOffsets implements PartitionMetadataClient {

    @Override
    public Map<TopicPartition, CompletableFuture<OffsetResponse>> listLatestOffsets(Set<TopicPartition> partitions) {
        Map<TopicPartition, CompletableFuture<OffsetResponse>> answers = new HashMap<>();
        partitions.forEach(partition -> answers.put(
                partition, CompletableFuture.completedFuture(new OffsetResponse(-1, Errors.UNSUPPORTED_VERSION))));
        return answers;
    }

    @Override
    public void close() {}
}
