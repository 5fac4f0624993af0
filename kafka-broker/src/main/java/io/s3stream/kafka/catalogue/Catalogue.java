package io.s3stream.kafka.catalogue;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.StreamInfo;
import io.s3stream.api.StreamStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;

/**
 * Reads and changes the catalogue in the store's metadata. Has no state of its own. Thread-safe. Futures fail as the
 * store's methods do.
 */
public final class Catalogue {

    private static final String ID = "id";
    private static final String CONFIG = "config.";

    private final StreamStore store;

    public Catalogue(StreamStore store) {
        this.store = store;
    }

    /** All topics as the metadata have them now. */
    public CompletableFuture<List<Topic>> read() {
        return page(0, new ArrayList<>()).thenApply(Catalogue::topics);
    }

    private CompletableFuture<List<StreamInfo>> page(long after, List<StreamInfo> found) {
        return store.listStreams(StreamNames.PREFIX, after, StreamStore.MAX_LIST)
                .thenCompose(page -> {
                    found.addAll(page);
                    return page.size() < StreamStore.MAX_LIST
                            ? CompletableFuture.completedFuture(found)
                            : page(page.get(page.size() - 1).id(), found);
                });
    }

    private static List<Topic> topics(List<StreamInfo> streams) {
        Map<String, List<PartitionState>> partitions = new HashMap<>();
        Map<String, Long> ids = new HashMap<>();
        streams.forEach(stream -> ids.put(stream.name(), stream.id()));
        for (StreamInfo stream : streams) {
            if (StreamNames.isLog(stream.name())) {
                String topic = StreamNames.topicOf(stream.name());
                int index = StreamNames.indexOf(stream.name());
                Long producers = ids.get(StreamNames.producers(topic, index));
                if (producers != null) { // otherwise the topic is being deleted
                    partitions
                            .computeIfAbsent(topic, name -> new ArrayList<>())
                            .add(new PartitionState(index, stream.id(), producers, stream.owner(), stream.epoch()));
                }
            }
        }
        List<Topic> topics = new ArrayList<>();
        for (StreamInfo stream : streams) {
            if (StreamNames.isTopic(stream.name())) {
                String name = StreamNames.topicOf(stream.name());
                List<PartitionState> logs = partitions.getOrDefault(name, new ArrayList<>());
                logs.sort(Comparator.comparingInt(PartitionState::index));
                topics.add(new Topic(
                        Uuid.fromString(stream.tags().get(ID)), name, stream.id(), configs(stream.tags()), logs));
            }
        }
        return topics;
    }

    /**
     * Creates a topic.
     *
     * @return completes with its id; fails with {@link io.s3stream.api.errors.AlreadyExistsException} if there is one
     *     of that name
     */
    public CompletableFuture<Uuid> create(String name, int partitions, Map<String, String> configs) {
        Uuid id = Uuid.randomUuid();
        Map<String, String> tags = tags(id, configs);
        List<CreateOptions> streams = logs(name, id, 0, partitions);
        streams.add(new CreateOptions(StreamNames.topic(name), tags));
        return store.createStreams(streams).thenApply(ids -> id);
    }

    /** Adds partitions to a topic, so that it has {@code count}. */
    public CompletableFuture<Void> grow(Topic topic, int count) {
        return store.createStreams(
                        logs(topic.name(), topic.id(), topic.partitions().size(), count))
                .thenApply(ids -> null);
    }

    /**
     * Replaces the configuration of a topic.
     *
     * @return fails with {@link io.s3stream.api.errors.ConflictException} if it is not that of {@code topic} any more
     */
    public CompletableFuture<Void> configure(Topic topic, Map<String, String> configs) {
        return store.updateTags(topic.streamId(), tags(topic.id(), topic.configs()), tags(topic.id(), configs));
    }

    /** Deletes a topic. Its partitions must be closed, or open at this broker. */
    public CompletableFuture<Void> delete(Topic topic) {
        CompletableFuture<Void> deleted = store.deleteStream(topic.streamId());
        for (PartitionState partition : topic.partitions()) {
            deleted = deleted.thenCompose(before -> store.deleteStream(partition.streamId()))
                    .thenCompose(before -> store.deleteStream(partition.producersStreamId()));
        }
        return deleted;
    }

    private static List<CreateOptions> logs(String name, Uuid id, int from, int to) {
        List<CreateOptions> streams = new ArrayList<>();
        for (int index = from; index < to; index++) {
            streams.add(new CreateOptions(StreamNames.producers(name, index), Map.of(ID, id.toString())));
            streams.add(new CreateOptions(StreamNames.log(name, index), Map.of(ID, id.toString())));
        }
        return streams;
    }

    private static Map<String, String> tags(Uuid id, Map<String, String> configs) {
        Map<String, String> tags = new HashMap<>();
        configs.forEach((key, value) -> tags.put(CONFIG + key, value));
        tags.put(ID, id.toString());
        return tags;
    }

    private static Map<String, String> configs(Map<String, String> tags) {
        Map<String, String> configs = new HashMap<>();
        tags.forEach((key, value) -> {
            if (key.startsWith(CONFIG)) {
                configs.put(key.substring(CONFIG.length()), value);
            }
        });
        return configs;
    }
}
