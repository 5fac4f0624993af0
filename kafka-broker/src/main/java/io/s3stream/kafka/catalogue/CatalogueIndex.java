package io.s3stream.kafka.catalogue;

import io.s3stream.api.StreamStore;
import io.s3stream.api.metadata.MetadataSnapshot;
import io.s3stream.api.metadata.MetadataUpdate;
import io.s3stream.api.metadata.StreamInfo;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The topics, kept up to date with a watch of the metadata. An update costs what has changed. Not thread-safe; the
 * topics that it returns are immutable.
 */
public final class CatalogueIndex {

    private final Map<Long, String> names = new HashMap<>();
    private final Map<String, TreeMap<Integer, StreamInfo>> logs = new HashMap<>();
    private final Map<String, StreamInfo> entries = new HashMap<>();
    private final Map<String, Topic> topics = new HashMap<>();

    /** The prefix of the streams to watch. */
    public static String prefix() {
        return StreamNames.PREFIX;
    }

    /** Takes over what has changed. Returns the topics after it; the collection is a copy. */
    public List<Topic> apply(MetadataUpdate update) {
        Set<String> touched = new HashSet<>();
        if (update.isComplete() && !names.isEmpty()) {
            update.deleted().forEach(id -> remove(id, touched));
            update(update.snapshot(), update.created(), touched);
            update(update.snapshot(), update.changed(), touched);
        } else {
            reload(update.snapshot(), touched);
        }
        touched.forEach(this::rebuild);
        return List.copyOf(topics.values());
    }

    private void update(MetadataSnapshot snapshot, Collection<Long> ids, Set<String> touched) {
        for (long id : ids) {
            snapshot.stream(id).ifPresent(stream -> put(stream, touched));
        }
    }

    private void reload(MetadataSnapshot snapshot, Set<String> touched) {
        touched.addAll(topics.keySet());
        names.clear();
        logs.clear();
        entries.clear();
        long after = 0;
        List<StreamInfo> page;
        do {
            page = snapshot.streams(StreamNames.PREFIX, after, StreamStore.MAX_LIST);
            page.forEach(stream -> put(stream, touched));
            after = page.isEmpty() ? 0 : page.get(page.size() - 1).id();
        } while (page.size() == StreamStore.MAX_LIST);
    }

    private void put(StreamInfo stream, Set<String> touched) {
        String name = stream.name();
        if (StreamNames.isTopic(name)) {
            entries.put(StreamNames.topicOf(name), stream);
        } else if (StreamNames.isLog(name)) {
            logs.computeIfAbsent(StreamNames.topicOf(name), topic -> new TreeMap<>())
                    .put(StreamNames.indexOf(name), stream);
        } else {
            return;
        }
        names.put(stream.id(), name);
        touched.add(StreamNames.topicOf(name));
    }

    private void remove(long id, Set<String> touched) {
        String name = names.remove(id);
        if (name == null) {
            return;
        }
        String topic = StreamNames.topicOf(name);
        touched.add(topic);
        if (StreamNames.isTopic(name)) {
            entries.computeIfPresent(topic, (key, entry) -> entry.id() == id ? null : entry);
        } else {
            logs.computeIfPresent(topic, (key, partitions) -> {
                partitions.computeIfPresent(
                        StreamNames.indexOf(name), (index, log) -> log.id() == id ? null : log);
                return partitions.isEmpty() ? null : partitions;
            });
        }
    }

    private void rebuild(String name) {
        Optional<Topic> topic = Optional.ofNullable(entries.get(name))
                .map(entry -> Catalogue.topic(
                        entry, List.copyOf(logs.getOrDefault(name, new TreeMap<>()).values())));
        topic.ifPresentOrElse(found -> topics.put(name, found), () -> topics.remove(name));
    }
}
