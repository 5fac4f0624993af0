package io.s3stream.kafka.transactions;

import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.partition.PartitionLog;
import io.s3stream.kafka.producers.TransactionMarker;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;

/** Writes markers to the logs that this broker leads. */
public final class LocalMarkerSender implements MarkerSender {

    private final Cluster cluster;
    private final Map<String, MarkerTarget> targets;
    private final Function<Throwable, Errors> errors;

    /**
     * @param targets by topic; markers of other topics go to the logs
     * @param errors the protocol's error for a failed append
     */
    public LocalMarkerSender(Cluster cluster, Map<String, MarkerTarget> targets, Function<Throwable, Errors> errors) {
        this.cluster = cluster;
        this.targets = Map.copyOf(targets);
        this.errors = errors;
    }

    @Override
    public CompletableFuture<Map<TopicPartition, Errors>> send(
            TransactionMarker marker, Set<TopicPartition> partitions) {
        Map<TopicPartition, CompletableFuture<Errors>> writes = new HashMap<>();
        for (TopicPartition partition : partitions) {
            writes.put(partition, write(partition, marker));
        }
        return CompletableFuture.allOf(writes.values().toArray(CompletableFuture[]::new))
                .thenApply(done -> {
                    Map<TopicPartition, Errors> outcomes = new HashMap<>();
                    writes.forEach((partition, write) -> outcomes.put(partition, write.join()));
                    return outcomes;
                });
    }

    private CompletableFuture<Errors> write(TopicPartition partition, TransactionMarker marker) {
        Optional<PartitionState> state = cluster.view().partition(partition);
        if (state.isEmpty()) {
            return CompletableFuture.completedFuture(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        }
        Optional<PartitionLog> log = cluster.log(state.get());
        if (log.isEmpty()) {
            return CompletableFuture.completedFuture(Errors.NOT_LEADER_OR_FOLLOWER);
        }
        MarkerTarget target = targets.get(partition.topic());
        CompletableFuture<?> written = target != null
                ? target.write(partition, marker)
                : log.get().appendMarker(marker).thenCompose(appended -> appended.durable());
        return written.handle((done, error) -> error == null ? Errors.NONE : errors.apply(cause(error)));
    }

    private static Throwable cause(Throwable error) {
        return error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    }
}
