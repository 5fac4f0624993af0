package io.s3stream.kafka.catalogue;

import io.s3stream.api.metadata.MetadataSnapshot;
import io.s3stream.api.metadata.MetadataUpdate;
import io.s3stream.api.metadata.StreamInfo;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics, kept up to date with a watch of the metadata. The cost of an update depends on the number of changes. Not
 * thread-safe; the topics that it returns are immutable.
 */
public final class CatalogueIndex {

    private static final Logger LOG = LoggerFactory.getLogger(CatalogueIndex.class);

    private final TopicDefaults defaults;

    /** The topic's id of each known stream. */
    private final Map<Long, Uuid> owners = new HashMap<>();

    /** The streams of each topic, by id. */
    private final Map<Uuid, Map<Long, StreamInfo>> streams = new HashMap<>();

    private final Map<Uuid, Topic> topics = new HashMap<>();

    /** @param defaults of this broker, for the keys that a topic does not set */
    public CatalogueIndex(TopicDefaults defaults) {
        this.defaults = defaults;
    }

    /** The prefix of the streams to watch. */
    public static String prefix() {
        return StreamName.PREFIX;
    }

    /** Applies an update. Returns all topics after it; the collection is a copy. */
    public List<Topic> apply(MetadataUpdate update) {
        Set<Uuid> touched = new HashSet<>();
        if (update.isComplete() && !owners.isEmpty()) {
            update.deleted().forEach(id -> remove(id, touched));
            put(update.snapshot(), update.created(), touched);
            put(update.snapshot(), update.changed(), touched);
        } else {
            reload(update.snapshot(), touched);
        }
        touched.forEach(this::rebuild);
        return List.copyOf(topics.values());
    }

    private void put(MetadataSnapshot snapshot, Collection<Long> ids, Set<Uuid> touched) {
        for (long id : ids) {
            snapshot.stream(id).ifPresent(stream -> put(stream, touched));
        }
    }

    private void reload(MetadataSnapshot snapshot, Set<Uuid> touched) {
        touched.addAll(topics.keySet());
        owners.clear();
        streams.clear();
        StreamPages.forEach(snapshot, StreamName.PREFIX, stream -> put(stream, touched));
    }

    private void put(StreamInfo stream, Set<Uuid> touched) {
        Uuid topic = topicOf(stream);
        if (topic == null || !topic.equals(owners.get(stream.id()))) {
            remove(stream.id(), touched); // its tags named another topic before
        }
        if (topic != null) {
            owners.put(stream.id(), topic);
            streams.computeIfAbsent(topic, id -> new TreeMap<>()).put(stream.id(), stream);
            touched.add(topic);
        }
    }

    /** The id of the topic of a stream. Every client of the store can write names and tags, so they may mean nothing. */
    private static @Nullable Uuid topicOf(StreamInfo stream) {
        StreamName name = StreamName.parse(stream.name()).orElse(null);
        if (name instanceof StreamName.OfPartition partition) {
            return partition.topic();
        }
        if (!(name instanceof StreamName.OfTopic)) {
            return null;
        }
        TopicTags tags = TopicTags.decode(stream.tags()).orElse(null);
        if (tags == null) {
            LOG.warn(
                    "event=topic-unreadable stream={} tags={}: the tags do not describe a topic. It is not served, and no"
                            + " log is deleted, until they are corrected or the stream is deleted",
                    stream.name(),
                    stream.tags());
            return null;
        }
        return tags.id();
    }

    private void remove(long id, Set<Uuid> touched) {
        Uuid topic = owners.remove(id);
        if (topic != null) {
            touched.add(topic);
            streams.computeIfPresent(topic, (key, left) -> {
                left.remove(id);
                return left.isEmpty() ? null : left;
            });
        }
    }

    private void rebuild(Uuid id) {
        List<Topic> found =
                new CatalogueListing(streams.getOrDefault(id, Map.of()).values(), defaults).topics();
        if (found.isEmpty()) {
            topics.remove(id);
        } else {
            topics.put(id, found.get(0));
        }
    }
}
