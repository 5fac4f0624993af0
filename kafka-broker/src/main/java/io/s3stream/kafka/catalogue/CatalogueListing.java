package io.s3stream.kafka.catalogue;

import io.s3stream.api.metadata.StreamInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    /** The streams of a topic, without its own. */
    private static final class Parts {
        final Map<Integer, StreamInfo> logs = new TreeMap<>();
        final Map<Integer, StreamInfo> producers = new TreeMap<>();
    }

    CatalogueListing(Collection<StreamInfo> streams) {
        Map<Uuid, Parts> parts = new HashMap<>();
        for (StreamInfo stream : streams) {
            String name = stream.name();
            boolean isLog = StreamNames.isLog(name);
            if (isLog || StreamNames.isProducers(name)) {
                Parts of = parts.computeIfAbsent(StreamNames.topicIdOf(name), topic -> new Parts());
                (isLog ? of.logs : of.producers).put(StreamNames.indexOf(name), stream);
            }
        }
        for (StreamInfo stream : streams) {
            if (StreamNames.isTopic(stream.name())) {
                TopicTags tags = TopicTags.decode(stream.tags());
                Parts found = parts.remove(tags.id());
                add(stream, tags, found == null ? new Parts() : found);
            }
        }
        for (Parts left : parts.values()) {
            withoutTopic.addAll(left.logs.values());
            withoutTopic.addAll(left.producers.values());
        }
    }

    private void add(StreamInfo stream, TopicTags tags, Parts parts) {
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
        String name = StreamNames.topicOf(stream.name());
        topics.add(new Topic(tags.id(), name, stream.id(), TopicConfigs.ofStored(name, tags.configs()), partitions));
    }

    /** The topics all of whose streams exist. */
    List<Topic> topics() {
        return topics;
    }

    /** The topics that lack a stream. */
    List<TopicTags> incomplete() {
        return incomplete;
    }

    /** The streams without a topic that {@code broker} may delete: it has them open, or no broker does. */
    List<Long> orphans(int broker) {
        return withoutTopic.stream()
                .filter(stream -> stream.owner() < 0 || stream.owner() == broker)
                .map(StreamInfo::id)
                .toList();
    }
}
