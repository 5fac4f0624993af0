package io.s3stream.kafka.cluster;

import io.s3stream.api.OpenOptions;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.cluster.decisions.Assignment.Task;
import io.s3stream.kafka.partition.PartitionLog;
import io.s3stream.kafka.partition.PartitionLogs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The logs that this broker leads. The cluster's loop opens and closes them; other threads look them up. A stream is
 * opened or closed once at a time, and in few commits together with others.
 */
final class LedLogs {

    private static final Logger LOG = LoggerFactory.getLogger(LedLogs.class);

    private static final Duration FIRST_RETRY = Duration.ofMillis(50);

    private static final Duration LAST_RETRY = Duration.ofSeconds(1);

    /** Further readings of a log that cannot be read, before its streams are closed. */
    private static final int REREADINGS = 3;

    private final StreamStore store;
    private final PartitionLogs opener;
    private final ClusterListeners listeners;
    private final Runnable changed;
    private final ClusterParts parts;

    /** A log that is open. */
    private record Led(Task task, PartitionLog log) {}

    /** By stream id. */
    private final Map<Long, Led> logs = new ConcurrentHashMap<>();

    /** Streams whose opening or closing is in progress. */
    private final Set<Long> busy = ConcurrentHashMap.newKeySet();

    /** The epoch of the last handle of each stream that has ended here. */
    private final Map<Long, Long> ended = new ConcurrentHashMap<>();

    /** How often the last task of a stream has failed in a row. */
    private final Map<Long, Integer> failures = new ConcurrentHashMap<>();

    /**
     * @param listeners learn of each log, on any thread
     * @param changed called after each opening and closing, on any thread
     */
    LedLogs(StreamStore store, PartitionLogs opener, ClusterListeners listeners, Runnable changed, ClusterParts parts) {
        this.store = store;
        this.opener = opener;
        this.listeners = listeners;
        this.changed = changed;
        this.parts = parts;
    }

    Optional<PartitionLog> get(long streamId) {
        return Optional.ofNullable(logs.get(streamId)).map(Led::log);
    }

    /** Whether the log of a stream is open and stays open. */
    boolean isServing(long streamId) {
        return logs.containsKey(streamId) && !busy.contains(streamId);
    }

    List<PartitionLog> all() {
        return logs.values().stream().map(Led::log).toList();
    }

    /** The number of logs that are being opened or closed. */
    int busy() {
        return busy.size();
    }

    /**
     * Opens partitions that are not open and not in progress, at most {@code limit}. The tasks may come from a view that is
     * older than an opening here: the store would return the present handle, and a stream must not have two logs.
     */
    void open(List<Task> tasks, int limit) {
        List<Task> opened = claim(tasks, limit, false);
        if (opened.isEmpty()) {
            return;
        }
        List<Long> ids = opened.stream().flatMap(task -> streams(task).stream()).toList();
        FutureCalls.of(() -> store.openStreams(ids, OpenOptions.owner())).whenComplete((streams, error) -> {
            for (int i = 0; i < opened.size(); i++) {
                Task task = opened.get(i);
                if (error == null) {
                    read(task, streams.get(2 * i), streams.get(2 * i + 1), 0);
                } else { // one of them failed, for a reason that need not concern the others
                    FutureCalls.of(() -> store.openStreams(streams(task), OpenOptions.owner()))
                            .whenComplete((both, failure) -> {
                                if (failure == null) {
                                    read(task, both.get(0), both.get(1), 0);
                                } else {
                                    LOG.info("{} is not opened: {}", name(task), failure.getMessage());
                                    endLater(task);
                                }
                            });
                }
            }
        });
    }

    /**
     * Opens partitions that this broker owns in the metadata without having their logs, at most {@code limit}. No other
     * broker can open such a partition. An opening whose answer was an error leaves one, and so does a failed close. A view
     * that is older than the end of a log here shows the epoch of that log.
     */
    void reopen(Collection<Topic> topics, int self, int limit) {
        List<Task> lost = new ArrayList<>();
        for (Topic topic : topics) {
            for (PartitionState partition : topic.partitions()) {
                long id = partition.streamId();
                if (partition.owner() == self
                        && !busy.contains(id)
                        && !logs.containsKey(id)
                        && partition.epoch() > ended.getOrDefault(id, 0L)) {
                    lost.add(new Task(topic, partition));
                }
            }
        }
        open(lost, limit);
        forgetDeleted(topics);
    }

    /** A partition that has ended here, and that no view has any longer, was deleted. */
    private void forgetDeleted(Collection<Topic> topics) {
        int partitions =
                topics.stream().mapToInt(topic -> topic.partitions().size()).sum();
        if (ended.size() > partitions) {
            ended.keySet().retainAll(streamIds(topics));
        }
    }

    private static Set<Long> streamIds(Collection<Topic> topics) {
        return topics.stream()
                .flatMap(topic -> topic.partitions().stream())
                .map(PartitionState::streamId)
                .collect(Collectors.toSet());
    }

    /** Marks streams busy that are not, and whose log is open, or not. A log is here before its opening ends. */
    private List<Task> claim(List<Task> tasks, int limit, boolean isOpen) {
        List<Task> claimed = new ArrayList<>();
        for (Task task : tasks) {
            long id = task.partition().streamId();
            if (claimed.size() == limit) {
                break;
            }
            if (logs.containsKey(id) == isOpen && busy.add(id)) {
                if (logs.containsKey(id) == isOpen) {
                    claimed.add(task);
                } else {
                    busy.remove(id);
                }
            }
        }
        return claimed;
    }

    /** The log and its companion, which are opened in one commit. */
    private static List<Long> streams(Task task) {
        return List.of(task.partition().streamId(), task.partition().producersStreamId());
    }

    /**
     * Reads a log and publishes it. A failed reading is repeated, because a single request may have failed: closing the
     * streams and opening them again costs an upload and several commits, and the partition has no leader for that time.
     *
     * @param failed number of readings that have failed
     */
    private void read(Task task, Stream stream, Stream companion, int failed) {
        FutureCalls.of(() -> opener.open(name(task), task.topic().id(), stream, companion))
                .whenComplete((log, error) -> {
                    if (error == null) {
                        publish(task, stream, log);
                    } else if (failed < REREADINGS && !stream.closed().isDone()) {
                        LOG.info("{} cannot be read; this is tried again: {}", name(task), error.getMessage());
                        parts.after(
                                FIRST_RETRY.multipliedBy(1L << failed),
                                () -> read(task, stream, companion, failed + 1));
                    } else {
                        LOG.warn("{} cannot be read; it is closed again", name(task), error);
                        stream.closed().thenRun(() -> ended.put(stream.id(), stream.epoch()));
                        FutureCalls.of(companion::close) // first, because another broker opens both when the log is
                                // free
                                .thenCompose(closed -> FutureCalls.of(stream::close))
                                .whenComplete((closed, failure) -> endLater(task));
                    }
                });
    }

    private void publish(Task task, Stream stream, PartitionLog log) {
        Led led = new Led(task, log);
        logs.put(stream.id(), led);
        listeners.opened(log);
        stream.closed().thenAccept(reason -> {
            ended.put(stream.id(), stream.epoch()); // before the removal, which makes this stream look lost
            if (logs.remove(stream.id(), led)) {
                LOG.info("{} is led no longer: {}", name(task), reason.cause());
                listeners.closed(log);
                changed.run();
            }
        });
        end(task);
    }

    /**
     * Releases logs of deleted topics, at most {@code limit}. Another broker cannot delete a stream that is open here. The
     * repair of the catalogue deletes it later, because the tags of a topic may be unreadable instead.
     */
    void releaseDeleted(Collection<Topic> topics, int limit) {
        if (logs.isEmpty()) {
            return;
        }
        Set<Long> known = streamIds(topics);
        List<Task> deleted = logs.values().stream()
                .map(Led::task)
                .filter(task -> !known.contains(task.partition().streamId()))
                .toList();
        release(deleted, limit);
    }

    /** Releases logs, at most {@code limit}. Their data that is only in the WAL is uploaded while they still serve clients. */
    void release(List<Task> tasks, int limit) {
        List<Task> closed = claim(tasks, limit, true);
        if (closed.isEmpty()) {
            return;
        }
        List<PartitionLog> closing = closed.stream()
                .flatMap(task -> get(task.partition().streamId()).stream()) // a log may have ended
                .toList();
        CompletableFuture.allOf(closing.stream()
                        .map(log -> FutureCalls.of(log::prepareClose))
                        .toArray(CompletableFuture[]::new))
                .handle((prepared, error) -> null) // a log that cannot be flushed reports that when it is closed
                .thenCompose(prepared -> CompletableFuture.allOf(
                        closing.stream().map(log -> FutureCalls.of(log::close)).toArray(CompletableFuture[]::new)))
                .whenComplete((done, error) -> {
                    if (error == null) {
                        closed.forEach(this::end);
                    } else {
                        LOG.warn("logs were not released; this is tried again", error);
                        closed.forEach(this::endLater);
                    }
                });
    }

    /** After a failure. The first retries follow soon, because a single request may have failed. */
    private void endLater(Task task) {
        int failed = failures.merge(task.partition().streamId(), 1, Integer::sum);
        Duration backoff = FIRST_RETRY.multipliedBy(1L << Math.min(failed - 1, 10));
        parts.after(backoff.compareTo(LAST_RETRY) < 0 ? backoff : LAST_RETRY, () -> free(task));
    }

    private void end(Task task) {
        failures.remove(task.partition().streamId());
        free(task);
    }

    private void free(Task task) {
        busy.remove(task.partition().streamId());
        changed.run();
    }

    private static TopicPartition name(Task task) {
        return new TopicPartition(task.topic().name(), task.partition().index());
    }
}
