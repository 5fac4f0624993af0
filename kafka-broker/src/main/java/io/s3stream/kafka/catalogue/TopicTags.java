package io.s3stream.kafka.catalogue;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/**
 * The tags of a topic's stream.
 *
 * @param id of the topic, never used again
 * @param partitions the number of its logs
 * @param configs that were set
 */
record TopicTags(Uuid id, int partitions, Map<String, String> configs) {

    private static final String ID = "id";
    private static final String PARTITIONS = "partitions";
    private static final String CONFIG = "config.";

    TopicTags {
        configs = Map.copyOf(configs);
    }

    /** The meaning of tags, or nothing if they do not describe a topic: every client of the store can write tags. */
    static Optional<TopicTags> decode(Map<String, String> tags) {
        String id = tags.get(ID);
        String partitions = tags.get(PARTITIONS);
        if (id == null || partitions == null) {
            return Optional.empty();
        }
        Map<String, String> configs = new HashMap<>();
        tags.forEach((key, value) -> {
            if (key.startsWith(CONFIG)) {
                configs.put(key.substring(CONFIG.length()), value);
            }
        });
        try {
            TopicTags decoded = new TopicTags(Uuid.fromString(id), Integer.parseInt(partitions), configs);
            boolean isValid = decoded.partitions >= 1
                    && decoded.partitions <= Topic.MAX_PARTITIONS
                    && decoded.id.toString().equals(id)
                    && !Uuid.RESERVED.contains(decoded.id);
            return isValid ? Optional.of(decoded) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    Map<String, String> encoded() {
        Map<String, String> tags = new HashMap<>();
        configs.forEach((key, value) -> tags.put(CONFIG + key, value));
        tags.put(ID, id.toString());
        tags.put(PARTITIONS, Integer.toString(partitions));
        return tags;
    }
}
