package io.s3stream.kafka.catalogue;

import io.s3stream.api.metadata.StreamInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;

/**
 * A listing of the catalogue's streams. A topic is created before its other streams, or with them: a log whose topic is
 * not in a listing of one moment has none. Immutable.
 */
final class CatalogueListing {

    private final List<Topic> topics = new ArrayList<>();
    private final List<TopicTags> incomplete = new ArrayList<>();
    private final List<StreamInfo> withoutTopic = new ArrayList<>();
    private boolean isReadable = true;

    /** The streams of a topic, without its own. */
    private static final class Parts {
        final Map<Integer, StreamInfo> logs = new TreeMap<>();
        final Map<Integer, StreamInfo> producers = new TreeMap<>();
    }

    private final TopicDefaults defaults;

    /** @param defaults of this broker, for the keys that a topic does not set */
    CatalogueListing(Collection<StreamInfo> streams, TopicDefaults defaults) {
        this.defaults = defaults;
        Map<StreamInfo, StreamName.OfTopic> named = new LinkedHashMap<>();
        Map<Uuid, Parts> parts = new HashMap<>();
        for (StreamInfo stream : streams) {
            StreamName name = StreamName.parse(stream.name()).orElse(null);
            if (name instanceof StreamName.OfTopic topic) {
                named.put(stream, topic);
            } else if (name instanceof StreamName.OfPartition partition) {
                Parts of = parts.computeIfAbsent(partition.topic(), topic -> new Parts());
                (name instanceof StreamName.OfLog ? of.logs : of.producers).put(partition.partition(), stream);
            }
        }
        named.forEach((stream, name) -> {
            Optional<TopicTags> tags = TopicTags.decode(stream.tags());
            if (tags.isEmpty()) {
                isReadable = false;
            } else {
                Parts found = parts.remove(tags.get().id());
                add(stream, name.topic(), tags.get(), found == null ? new Parts() : found);
            }
        });
        for (Parts left : parts.values()) {
            withoutTopic.addAll(left.logs.values());
            withoutTopic.addAll(left.producers.values());
        }
    }

    private void add(StreamInfo stream, String name, TopicTags tags, Parts parts) {
        List<PartitionState> partitions = new ArrayList<>();
        for (int index = 0; index < tags.partitions(); index++) {
            StreamInfo log = parts.logs.get(index);
            StreamInfo producers = parts.producers.get(index);
            if (log == null || producers == null) {
                incomplete.add(tags);
                return;
            }
            partitions.add(new PartitionState(index, log.id(), producers.id(), log.owner(), log.epoch()));
        }
        TopicConfigs configs = TopicConfigs.ofStored(name, tags.configs(), defaults);
        topics.add(new Topic(tags.id(), name, stream.id(), configs, partitions));
    }

    /** The topics all of whose streams exist. */
    List<Topic> topics() {
        return topics;
    }

    /** The topics that lack a stream. */
    List<TopicTags> incomplete() {
        return incomplete;
    }

    /**
     * The streams without a topic that {@code broker} may delete: it has them open, or no broker does. None if a topic has
     * unreadable tags, because the streams may be those of that topic.
     */
    List<Long> orphans(int broker) {
        return withoutTopic.stream()
                .filter(stream -> isReadable && (stream.owner() < 0 || stream.owner() == broker))
                .map(StreamInfo::id)
                .toList();
    }
}
