package io.s3stream.kafka.partition;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/** Logs on the streams of a test. */
public final class TestLogs {

    private TestLogs() {}

    /** Opens a log, and creates its companion stream if there is none. */
    public static CompletableFuture<PartitionLog> open(StreamStore store, TopicPartition name, Stream stream) {
        PartitionLogs logs = new PartitionLogs(store, LogSettings.DEFAULTS, Clock.systemUTC());
        stream.closed().thenRun(logs::close);
        return store.createStream(CreateOptions.named("companion of " + stream.id()))
                .thenCompose(companion -> logs.open(name, Uuid.ONE_UUID, stream, companion));
    }
}
