package io.s3stream.kafka.groups;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.coordinator.common.runtime.CoordinatorLoader;
import org.apache.kafka.coordinator.common.runtime.CoordinatorPlayback;
import org.apache.kafka.coordinator.common.runtime.CoordinatorRecord;

/** Loads coordinators: replays all records of a log, on a thread of its own, one log after the other. */
final class OffsetsLoader implements CoordinatorLoader<CoordinatorRecord> {

    private final OffsetsLogs logs;
    private final ExecutorService executor = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "kafka-offsets-loader");
        thread.setDaemon(true);
        return thread;
    });

    OffsetsLoader(OffsetsLogs logs) {
        this.logs = logs;
    }

    @Override
    public CompletableFuture<LoadSummary> load(
            TopicPartition partition, CoordinatorPlayback<CoordinatorRecord> playback) {
        Optional<OffsetsLog> found = logs.find(partition);
        if (found.isEmpty()) {
            return CompletableFuture.failedFuture(new NotLeaderOrFollowerException(partition + " is not led here"));
        }
        OffsetsLog log = found.get();
        long called = System.currentTimeMillis();
        return log.beginLoading().thenComposeAsync(cleaned -> replay(log, playback, called), executor);
    }

    private CompletableFuture<LoadSummary> replay(
            OffsetsLog log, CoordinatorPlayback<CoordinatorRecord> playback, long called) {
        long begun = System.currentTimeMillis();
        long end = log.log().stream().nextOffset();
        RecordReplay replay = new RecordReplay(log.log().name(), playback);
        return new OffsetsReader(log.log(), executor).readTo(end, replay::add).thenApply(read -> {
            replay.end(end);
            log.loaded(end, replay.bytes());
            logs.cleanIfDue(log);
            return new LoadSummary(
                    called, System.currentTimeMillis(), begun - called, replay.records(), replay.bytes());
        });
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
