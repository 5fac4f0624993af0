package io.s3stream.kafka.groups;

import io.s3stream.kafka.partition.PartitionLog;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The logs of {@code __consumer_offsets} that this broker leads, and the thread that cleans them. Thread-safe. */
final class OffsetsLogs implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OffsetsLogs.class);

    private final long minCleanedBytes;
    private final Map<TopicPartition, OffsetsLog> logs = new ConcurrentHashMap<>();

    /** Cleans one log at a time: a cleaning holds the live values of a log in memory. */
    private final ExecutorService cleaner = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "kafka-offsets-cleaner");
        thread.setDaemon(true);
        return thread;
    });

    OffsetsLogs(long minCleanedBytes) {
        this.minCleanedBytes = minCleanedBytes;
    }

    void add(PartitionLog log) {
        logs.put(log.name(), new OffsetsLog(log, minCleanedBytes));
    }

    /** Removes the log if it is the present one of its partition. */
    boolean remove(PartitionLog log) {
        OffsetsLog present = logs.get(log.name());
        if (present == null || present.log() != log) {
            return false;
        }
        present.close();
        return logs.remove(log.name(), present);
    }

    Optional<OffsetsLog> find(TopicPartition partition) {
        return Optional.ofNullable(logs.get(partition));
    }

    /** @throws NotLeaderOrFollowerException this broker does not lead the partition */
    OffsetsLog get(TopicPartition partition) {
        return find(partition).orElseThrow(() -> new NotLeaderOrFollowerException(partition + " is not led here"));
    }

    /** Begins a cleaning if one is due. Does not block. */
    void cleanIfDue(OffsetsLog log) {
        OffsetsCleaning cleaning = log.cleanIfDue();
        if (cleaning == null) {
            return;
        }
        try {
            cleaner.execute(() -> cleaning.run(cleaner));
        } catch (RejectedExecutionException e) {
            LOG.debug("the broker is closed: {} is not cleaned", log.log().name());
            log.cleaned(false);
        }
    }

    /** Ends the cleanings. A log that was being cleaned is cleaned again later. */
    @Override
    public void close() {
        logs.values().forEach(OffsetsLog::close);
        cleaner.shutdown();
    }
}
