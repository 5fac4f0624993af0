package io.s3stream.kafka.catalogue;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.server.config.ServerTopicConfigSynonyms;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a topic's configuration: types, defaults, and permitted values. Defaults are those of Kafka. A key is
 * applied, or accepted without effect because scripts and frameworks set it, or restricted to one value because any
 * other value would promise a feature that this broker lacks. {@code kafka-broker/README.md} lists the keys of each
 * kind.
 */
public final class TopicConfigKeys {

    /** The largest batch that a topic may permit, because the store refuses larger payloads. */
    static final int MAX_MESSAGE_BYTES = 64 << 20;

    private static final int DAY_MS = 24 * 60 * 60 * 1000;
    private static final String NO_EFFECT = "Accepted without effect: ";

    private static final ConfigDef DEFINITIONS = new ConfigDef();

    static {
        applied(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                Type.LIST,
                TopicConfig.CLEANUP_POLICY_DELETE,
                TopicConfigKeys::checkPolicies,
                "How old records go: delete, compact, or both.");
        applied(
                TopicConfig.RETENTION_MS_CONFIG,
                Type.LONG,
                7L * DAY_MS,
                atLeast(-1),
                "Age in milliseconds after which records are deleted; -1 for no limit.");
        applied(
                TopicConfig.RETENTION_BYTES_CONFIG,
                Type.LONG,
                -1L,
                atLeast(-1),
                "Bytes of each partition to keep; -1 for no limit.");
        applied(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Type.INT,
                (1 << 20) + 12,
                between(0, MAX_MESSAGE_BYTES),
                "The largest batch of records, in bytes.");
        applied(
                TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                Type.STRING,
                "CreateTime",
                ValidString.in("CreateTime", "LogAppendTime"),
                "Whether records keep the timestamps of their producers or get the time of the append.");
        applied(
                TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG,
                Type.LONG,
                Long.MAX_VALUE,
                atLeast(0),
                "How far a CreateTime timestamp may lie in the past, in milliseconds.");
        applied(
                TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
                Type.LONG,
                60L * 60 * 1000,
                atLeast(0),
                "How far a CreateTime timestamp may lie in the future, in milliseconds.");
        applied(
                TopicConfig.DELETE_RETENTION_MS_CONFIG,
                Type.LONG,
                1L * DAY_MS,
                atLeast(0),
                "How long a compacted topic keeps tombstones, in milliseconds.");
        applied(
                TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG,
                Type.LONG,
                0L,
                atLeast(0),
                "Age in milliseconds before which a record is not compacted.");
        applied(
                TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG,
                Type.LONG,
                Long.MAX_VALUE,
                atLeast(1),
                "Age in milliseconds after which a record becomes eligible for compaction.");
        applied(
                TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
                Type.DOUBLE,
                0.5,
                between(0, 1),
                "The fraction of a log that must be uncompacted before compaction begins.");
        withoutEffect();
        restricted();
    }

    private TopicConfigKeys() {}

    private static void withoutEffect() {
        String durable = "each acknowledged record is durable in the WAL.";
        accepted(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, Type.INT, 1, atLeast(1), durable);
        accepted(TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG, Type.LONG, Long.MAX_VALUE, atLeast(1), durable);
        accepted(TopicConfig.FLUSH_MS_CONFIG, Type.LONG, Long.MAX_VALUE, atLeast(0), durable);
        String segments = "a log has no segment files.";
        accepted(TopicConfig.SEGMENT_BYTES_CONFIG, Type.INT, 1 << 30, atLeast(14), segments);
        accepted(TopicConfig.SEGMENT_MS_CONFIG, Type.LONG, 7L * DAY_MS, atLeast(1), segments);
        accepted(TopicConfig.SEGMENT_JITTER_MS_CONFIG, Type.LONG, 0L, atLeast(0), segments);
        accepted(TopicConfig.SEGMENT_INDEX_BYTES_CONFIG, Type.INT, 10 << 20, atLeast(4), segments);
        accepted(TopicConfig.INDEX_INTERVAL_BYTES_CONFIG, Type.INT, 4096, atLeast(0), segments);
        accepted(TopicConfig.FILE_DELETE_DELAY_MS_CONFIG, Type.LONG, 60_000L, atLeast(0), segments);
        accepted(TopicConfig.PREALLOCATE_CONFIG, Type.BOOLEAN, false, null, segments);
        String replicas = "a partition has one replica.";
        accepted(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, Type.BOOLEAN, false, null, replicas);
        String producer = "batches keep the compression of their producers.";
        accepted(TopicConfig.COMPRESSION_GZIP_LEVEL_CONFIG, Type.INT, -1, between(-1, 9), producer);
        accepted(TopicConfig.COMPRESSION_LZ4_LEVEL_CONFIG, Type.INT, 9, between(1, 17), producer);
        accepted(TopicConfig.COMPRESSION_ZSTD_LEVEL_CONFIG, Type.INT, 3, between(-131_072, 22), producer);
        String tiers = "all data are in object storage.";
        accepted(TopicConfig.LOCAL_LOG_RETENTION_MS_CONFIG, Type.LONG, -2L, atLeast(-2), tiers);
        accepted(TopicConfig.LOCAL_LOG_RETENTION_BYTES_CONFIG, Type.LONG, -2L, atLeast(-2), tiers);
    }

    private static void restricted() {
        applied(
                TopicConfig.COMPRESSION_TYPE_CONFIG,
                Type.STRING,
                "producer",
                ValidString.in("producer"),
                "Batches keep the compression of their producers.");
        for (String key : List.of(
                TopicConfig.REMOTE_LOG_STORAGE_ENABLE_CONFIG,
                TopicConfig.REMOTE_LOG_COPY_DISABLE_CONFIG,
                TopicConfig.REMOTE_LOG_DELETE_ON_DISABLE_CONFIG)) {
            applied(key, Type.BOOLEAN, false, TopicConfigKeys::checkFalse, "All data are in object storage, always.");
        }
    }

    private static void applied(
            String key, Type type, Object defaultValue, ConfigDef.Validator validator, String meaning) {
        DEFINITIONS.define(key, type, defaultValue, validator, MEDIUM, meaning);
    }

    private static void accepted(
            String key, Type type, Object defaultValue, ConfigDef.@Nullable Validator validator, String reason) {
        DEFINITIONS.define(key, type, defaultValue, validator, LOW, NO_EFFECT + reason);
    }

    private static void checkPolicies(String key, Object value) {
        List<?> policies = (List<?>) value;
        Set<String> known = Set.of(TopicConfig.CLEANUP_POLICY_DELETE, TopicConfig.CLEANUP_POLICY_COMPACT);
        if (policies.isEmpty()
                || !known.containsAll(policies)
                || new LinkedHashSet<>(policies).size() != policies.size()) {
            throw new ConfigException(key, value, "must be delete, compact, or both");
        }
    }

    private static void checkFalse(String key, Object value) {
        if (!Boolean.FALSE.equals(value)) {
            throw new ConfigException(key, value, "must be false");
        }
    }

    /** All keys with their definitions. */
    public static Map<String, ConfigKey> all() {
        return DEFINITIONS.configKeys();
    }

    /** The definition of a key that {@link #all} has. */
    public static ConfigKey definition(String key) {
        ConfigKey definition = all().get(key);
        if (definition == null) {
            throw new IllegalArgumentException(key + ": not a key of a topic's configuration");
        }
        return definition;
    }

    /** The default value, as a client writes it. */
    public static String defaultOf(String key) {
        ConfigKey definition = definition(key);
        return ConfigDef.convertToString(definition.defaultValue, definition.type);
    }

    /** Kafka's name for the default of a key among the properties of a broker; nothing if a broker has no such property. */
    public static Optional<String> brokerProperty(String key) {
        return Optional.ofNullable(ServerTopicConfigSynonyms.TOPIC_CONFIG_SYNONYMS.get(key));
    }

    /**
     * The typed value that a client wrote.
     *
     * @throws InvalidConfigurationException names key, value and remedy if the key is unknown or the value wrong
     */
    static Object parse(String key, @Nullable String value) {
        ConfigKey definition = all().get(key);
        if (definition == null) {
            throw new InvalidConfigurationException(
                    key + "=" + value + ": unknown key of a topic's configuration; remove it, or use one of "
                            + String.join(", ", all().keySet()));
        }
        if (value == null) {
            throw new InvalidConfigurationException(key + "=null: must have a value; omit the key for its default");
        }
        try {
            Object typed = ConfigDef.parseType(key, value, definition.type);
            if (definition.validator != null) {
                definition.validator.ensureValid(key, typed);
            }
            return typed;
        } catch (ConfigException e) {
            throw new InvalidConfigurationException(
                    key + "=" + value + ": " + remedy(definition) + "; omit the key for " + defaultOf(key), e);
        }
    }

    private static String remedy(ConfigKey definition) {
        return switch (definition.name) {
            case TopicConfig.CLEANUP_POLICY_CONFIG -> "must be delete, compact, or both";
            case TopicConfig.COMPRESSION_TYPE_CONFIG -> "must be producer; set the compression at the producer";
            case TopicConfig.REMOTE_LOG_STORAGE_ENABLE_CONFIG,
                    TopicConfig.REMOTE_LOG_COPY_DISABLE_CONFIG,
                    TopicConfig.REMOTE_LOG_DELETE_ON_DISABLE_CONFIG ->
                "must be false, because all data are in object storage already";
            default ->
                "must be " + definition.type.name().toLowerCase(Locale.ROOT)
                        + (definition.validator == null ? "" : " " + definition.validator);
        };
    }
}
