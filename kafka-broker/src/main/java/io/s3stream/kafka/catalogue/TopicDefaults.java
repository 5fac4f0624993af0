package io.s3stream.kafka.catalogue;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.errors.InvalidConfigurationException;

/**
 * The configuration that a broker gives to topics: its value for each key that a topic does not set. The defaults of
 * Kafka stand for all other keys. Immutable.
 *
 * <p>The defaults are not stored. The leader of a partition applies its own, so all brokers of a cluster should have the
 * same.
 */
public final class TopicDefaults {

    /** The defaults of Kafka for all keys. */
    public static final TopicDefaults KAFKA = new TopicDefaults(Map.of(), Map.of());

    private final Map<String, String> set;
    private final Map<String, Object> typed;

    private TopicDefaults(Map<String, String> set, Map<String, Object> typed) {
        this.set = Map.copyOf(set);
        this.typed = Map.copyOf(typed);
    }

    /**
     * Defaults with these values, by the keys of a topic's configuration.
     *
     * @throws InvalidConfigurationException names key, value and remedy of the first value that is wrong
     */
    public static TopicDefaults of(Map<String, String> set) {
        Map<String, Object> typed = new HashMap<>();
        set.forEach((key, value) -> typed.put(key, TopicConfigKeys.parse(key, value)));
        return new TopicDefaults(set, typed);
    }

    /** Only the values that differ from Kafka's by the choice of the operator, as the operator wrote them. */
    public Map<String, String> set() {
        return set;
    }

    /** Whether the operator chose the value of this key. */
    public boolean isSet(String key) {
        return set.containsKey(key);
    }

    /** The default of a known key as a client would write it. */
    public String text(String key) {
        String value = set.get(key);
        return value == null ? TopicConfigKeys.defaultOf(key) : value;
    }

    /** The typed default of a known key. */
    Object value(String key) {
        Object value = typed.get(key);
        return value == null ? TopicConfigKeys.definition(key).defaultValue : value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TopicDefaults that && set.equals(that.set);
    }

    @Override
    public int hashCode() {
        return set.hashCode();
    }

    @Override
    public String toString() {
        return set.toString();
    }
}
