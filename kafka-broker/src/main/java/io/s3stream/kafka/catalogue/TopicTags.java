package io.s3stream.kafka.catalogue;

import java.util.HashMap;
import java.util.Map;
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

    static TopicTags decode(Map<String, String> tags) {
        Map<String, String> configs = new HashMap<>();
        tags.forEach((key, value) -> {
            if (key.startsWith(CONFIG)) {
                configs.put(key.substring(CONFIG.length()), value);
            }
        });
        return new TopicTags(Uuid.fromString(tags.get(ID)), Integer.parseInt(tags.get(PARTITIONS)), configs);
    }

    Map<String, String> encoded() {
        Map<String, String> tags = new HashMap<>();
        configs.forEach((key, value) -> tags.put(CONFIG + key, value));
        tags.put(ID, id.toString());
        tags.put(PARTITIONS, Integer.toString(partitions));
        return tags;
    }
}
