package io.s3stream.kafka.groups;

import io.s3stream.api.metadata.StreamInfo;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The configuration of a group as the tags of a stream. The name of the stream is a digest of the group's id, because an id
 * may be longer than a name, and so that each group has one stream.
 *
 * @param configs that were set, as clients wrote them
 */
record GroupConfigTags(String group, Map<String, String> configs) {

    /** The beginning of the names of these streams. */
    static final String PREFIX = "kafka/group/";

    private static final String GROUP = "group";
    private static final String CONFIG = "config.";

    GroupConfigTags {
        configs = Map.copyOf(configs);
    }

    /** The configuration, or nothing if the tags are not those of a group: every client of the store can write tags. */
    static Optional<GroupConfigTags> decode(StreamInfo stream) {
        String group = stream.tags().get(GROUP);
        if (group == null || !streamName(group).equals(stream.name())) {
            return Optional.empty();
        }
        Map<String, String> configs = new HashMap<>();
        stream.tags().forEach((key, value) -> {
            if (key.startsWith(CONFIG)) {
                configs.put(key.substring(CONFIG.length()), value);
            }
        });
        return Optional.of(new GroupConfigTags(group, configs));
    }

    Map<String, String> encoded() {
        Map<String, String> tags = new HashMap<>();
        configs.forEach((key, value) -> tags.put(CONFIG + key, value));
        tags.put(GROUP, group);
        return tags;
    }

    static String streamName(String group) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(group.getBytes(StandardCharsets.UTF_8));
            return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK lacks SHA-256", e);
        }
    }
}
