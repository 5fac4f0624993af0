package io.s3stream.kafka.catalogue;

import io.s3stream.api.StreamInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;

/**
 * A listing of the catalogue's streams, in the order of their ids. A topic is created before its logs and so has a
 * smaller id: a log whose topic is not in the listing has none. Immutable.
 */
final class CatalogueListing {

    private final List<Topic> topics = new ArrayList<>();
    private final List<TopicTags> incomplete = new ArrayList<>();
    private final List<StreamInfo> logsWithoutTopic = new ArrayList<>();

    CatalogueListing(List<StreamInfo> streams) {
        Map<Uuid, Map<Integer, StreamInfo>> logs = new HashMap<>();
        for (StreamInfo stream : streams) {
            if (StreamNames.isLog(stream.name())) {
                logs.computeIfAbsent(StreamNames.topicIdOf(stream.name()), topic -> new TreeMap<>())
                        .put(StreamNames.indexOf(stream.name()), stream);
            }
        }
        Set<Uuid> ids = new HashSet<>();
        for (StreamInfo stream : streams) {
            if (StreamNames.isTopic(stream.name())) {
                TopicTags tags = TopicTags.decode(stream.tags());
                ids.add(tags.id());
                add(stream, tags, logs.getOrDefault(tags.id(), Map.of()));
            }
        }
        logs.forEach((topic, found) -> {
            if (!ids.contains(topic)) {
                logsWithoutTopic.addAll(found.values());
            }
        });
    }

    private void add(StreamInfo stream, TopicTags tags, Map<Integer, StreamInfo> logs) {
        List<PartitionState> partitions = new ArrayList<>();
        for (int index = 0; index < tags.partitions(); index++) {
            StreamInfo log = logs.get(index);
            if (log == null) {
                incomplete.add(tags);
                return;
            }
            partitions.add(new PartitionState(index, log.id(), log.owner(), log.epoch(), log.bytes()));
        }
        String name = StreamNames.topicOf(stream.name());
        topics.add(new Topic(tags.id(), name, stream.id(), TopicConfigs.ofStored(name, tags.configs()), partitions));
    }

    /** The topics all of whose logs exist. */
    List<Topic> topics() {
        return topics;
    }

    /** The topics that lack a log. */
    List<TopicTags> incomplete() {
        return incomplete;
    }

    /** The logs without a topic that {@code broker} may delete: it has them open, or no broker does. */
    List<Long> orphans(int broker) {
        return logsWithoutTopic.stream()
                .filter(log -> log.owner() < 0 || log.owner() == broker)
                .map(StreamInfo::id)
                .toList();
    }
}
