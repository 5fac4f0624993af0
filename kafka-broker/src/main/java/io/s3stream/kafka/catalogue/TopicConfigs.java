package io.s3stream.kafka.catalogue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.record.TimestampType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration of a topic: the values that were set, and this broker's defaults of all other keys. Immutable. {@link
 * TopicConfigKeys} defines the keys.
 */
public final class TopicConfigs {

    private static final Logger LOG = LoggerFactory.getLogger(TopicConfigs.class);

    /** All keys have the defaults of Kafka. */
    public static final TopicConfigs DEFAULTS = new TopicConfigs(Map.of(), Map.of(), TopicDefaults.KAFKA);

    private final Map<String, String> set;
    private final Map<String, Object> typed;
    private final TopicDefaults defaults;
    private final int maxMessageBytes;
    private final TimestampType timestampType;
    private final Set<String> cleanupPolicies;
    private final long timestampBeforeMaxMs;
    private final long timestampAfterMaxMs;

    private TopicConfigs(Map<String, String> set, Map<String, Object> typed, TopicDefaults defaults) {
        this.set = Map.copyOf(set);
        this.typed = Map.copyOf(typed);
        this.defaults = defaults;
        this.maxMessageBytes = ((Number) value(TopicConfig.MAX_MESSAGE_BYTES_CONFIG)).intValue();
        this.timestampType = TimestampType.forName((String) value(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG));
        this.cleanupPolicies = policies((List<?>) value(TopicConfig.CLEANUP_POLICY_CONFIG));
        this.timestampBeforeMaxMs = number(TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG);
        this.timestampAfterMaxMs = number(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG);
    }

    private static Set<String> policies(List<?> names) {
        return Set.copyOf(names.stream().map(String::valueOf).toList());
    }

    /** As {@link #of(Map, TopicDefaults)}, with the defaults of Kafka. */
    public static TopicConfigs of(Map<String, String> set) {
        return of(set, TopicDefaults.KAFKA);
    }

    /**
     * The configuration with these values.
     *
     * @param defaults of this broker, for all other keys
     * @throws InvalidConfigurationException names key, value and remedy of the first value that is wrong
     */
    public static TopicConfigs of(Map<String, String> set, TopicDefaults defaults) {
        if (set.isEmpty() && defaults.equals(TopicDefaults.KAFKA)) {
            return DEFAULTS;
        }
        Map<String, Object> typed = new HashMap<>();
        set.forEach((key, value) -> typed.put(key, TopicConfigKeys.parse(key, value)));
        return new TopicConfigs(set, typed, defaults);
    }

    /** As {@link #of(Map, TopicDefaults)}; a value that only another version of the broker permits is kept and has no effect. */
    static TopicConfigs ofStored(String topic, Map<String, String> set, TopicDefaults defaults) {
        try {
            return of(set, defaults);
        } catch (InvalidConfigurationException e) {
            LOG.debug("topic={} has a value that this broker does not know: {}", topic, e.getMessage());
        }
        Map<String, Object> typed = new HashMap<>();
        set.forEach((key, value) -> {
            try {
                typed.put(key, TopicConfigKeys.parse(key, value));
            } catch (InvalidConfigurationException e) {
                LOG.debug("topic={} uses the default: {}", topic, e.getMessage());
            }
        });
        return new TopicConfigs(set, typed, defaults);
    }

    /**
     * A configuration with these values, and the same defaults.
     *
     * @throws InvalidConfigurationException names key, value and remedy of the first value that is wrong
     */
    public TopicConfigs with(Map<String, String> values) {
        return of(values, defaults);
    }

    private Object value(String key) {
        Object value = typed.get(key);
        return value == null ? defaults.value(key) : value;
    }

    private long number(String key) {
        return ((Number) value(key)).longValue();
    }

    /** Only the values that were set, as clients wrote them. */
    public Map<String, String> set() {
        return set;
    }

    /** The defaults of this broker, for the keys that were not set. */
    public TopicDefaults defaults() {
        return defaults;
    }

    /** The value of a known key as a client would write it: the set value, or the default. */
    public String text(String key) {
        String value = set.get(key);
        return value == null ? defaults.text(key) : value;
    }

    /** The largest batch, in bytes. */
    public int maxMessageBytes() {
        return maxMessageBytes;
    }

    public TimestampType timestampType() {
        return timestampType;
    }

    /** How far the timestamp of a producer may lie in the past, in milliseconds. */
    public long timestampBeforeMaxMs() {
        return timestampBeforeMaxMs;
    }

    /** How far the timestamp of a producer may lie in the future, in milliseconds. */
    public long timestampAfterMaxMs() {
        return timestampAfterMaxMs;
    }

    /** Whether retention and DeleteRecords delete records. */
    public boolean isDeleted() {
        return cleanupPolicies.contains(TopicConfig.CLEANUP_POLICY_DELETE);
    }

    /** Whether only the last record of a key is kept. */
    public boolean isCompacted() {
        return cleanupPolicies.contains(TopicConfig.CLEANUP_POLICY_COMPACT);
    }

    /** Milliseconds to keep records, or -1 for no limit. */
    public long retentionMs() {
        return number(TopicConfig.RETENTION_MS_CONFIG);
    }

    /** Bytes of a partition to keep, or -1 for no limit. */
    public long retentionBytes() {
        return number(TopicConfig.RETENTION_BYTES_CONFIG);
    }

    /** Milliseconds to keep a tombstone of a compacted topic. */
    public long deleteRetentionMs() {
        return number(TopicConfig.DELETE_RETENTION_MS_CONFIG);
    }

    /** Age in milliseconds before which a record is not compacted. */
    public long minCompactionLagMs() {
        return number(TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG);
    }

    /** Age in milliseconds after which a record becomes eligible for compaction. */
    public long maxCompactionLagMs() {
        return number(TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG);
    }

    /** The fraction of a log that must be uncompacted before compaction begins. */
    public double minCleanableDirtyRatio() {
        return ((Number) value(TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG)).doubleValue();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TopicConfigs that && set.equals(that.set) && defaults.equals(that.defaults);
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
