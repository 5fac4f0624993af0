package io.s3stream.kafka.groups;

import io.s3stream.api.metadata.MetadataSnapshot;
import io.s3stream.api.metadata.MetadataUpdate;
import io.s3stream.api.metadata.StreamInfo;
import io.s3stream.kafka.catalogue.StreamPages;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.coordinator.group.GroupConfig;
import org.apache.kafka.coordinator.group.GroupConfigManager;
import org.apache.kafka.coordinator.group.GroupCoordinatorConfig;
import org.apache.kafka.coordinator.group.modern.share.ShareGroupConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configurations of groups. A follower of the metadata keeps those of Kafka's coordinator equal to the stored ones. It
 * owns Kafka's manager of configurations. The loop of the cluster calls {@link #apply}; any thread may call the other
 * methods, which do not block.
 */
public final class GroupConfigs {

    private static final Logger LOG = LoggerFactory.getLogger(GroupConfigs.class);

    /** The beginning of the keys of share groups, which this broker does not have. */
    private static final String SHARE = "share.";

    private final GroupCoordinatorConfig broker;
    private final ShareGroupConfig shares = ShareGroupConfig.fromProps(Map.of());
    private final GroupConfigManager manager;

    /** The groups of known streams. Confined to the loop. */
    private final Map<Long, String> streams = new HashMap<>();

    /** The set values of each group that has some. Written by the loop. */
    private final Map<String, Map<String, String>> byGroup = new ConcurrentHashMap<>();

    /** Whether no update is missing: after an update that failed, all configurations are read. Confined to the loop. */
    private boolean isCurrent;

    /** @param broker the settings of this broker: defaults of groups, and limits of their values */
    GroupConfigs(GroupCoordinatorConfig broker) {
        this.broker = broker;
        this.manager = new GroupConfigManager(broker.extractGroupConfigMap(shares), broker, shares);
    }

    /** The manager that Kafka's coordinator reads. */
    GroupConfigManager manager() {
        return manager;
    }

    /** The values that were set for a group, as clients wrote them; empty for a group without any. */
    public Map<String, String> of(String group) {
        return byGroup.getOrDefault(group, Map.of());
    }

    /** The groups with a configuration. A copy. */
    public Set<String> groups() {
        return Set.copyOf(byGroup.keySet());
    }

    /** Whether this broker has a key, since it has no share groups. */
    public static boolean isKey(String key) {
        return GroupConfig.configNames().contains(key) && !key.startsWith(SHARE);
    }

    /**
     * Checks the complete configuration of a group against Kafka's rules and the limits of this broker's settings.
     *
     * @throws InvalidConfigurationException names the group, its configuration and the remedy
     */
    public void check(String group, Map<String, String> configs) {
        for (Map.Entry<String, String> config : configs.entrySet()) {
            if (config.getKey().startsWith(SHARE)) {
                throw new InvalidConfigurationException(
                        config.getKey() + "=" + config.getValue() + ": share groups are not supported; remove the key");
            }
        }
        try {
            GroupConfig.validate(configs, broker, shares);
        } catch (KafkaException e) {
            throw new InvalidConfigurationException(
                    "group " + group + " with " + configs + ": " + e.getMessage()
                            + "; correct the value, or delete the key for its default",
                    e);
        }
    }

    /** Applies an update of the metadata. */
    public void apply(MetadataUpdate update) {
        boolean isNext = update.isComplete() && isCurrent;
        isCurrent = false;
        if (isNext) {
            update.deleted().forEach(this::remove);
            put(update.snapshot(), update.created());
            put(update.snapshot(), update.changed());
        } else {
            Set<Long> left = new HashSet<>(streams.keySet());
            StreamPages.forEach(update.snapshot(), GroupConfigTags.PREFIX, stream -> {
                left.remove(stream.id());
                put(stream);
            });
            left.forEach(this::remove);
        }
        isCurrent = true;
    }

    private void put(MetadataSnapshot snapshot, Collection<Long> ids) {
        ids.forEach(id -> snapshot.stream(id)
                .filter(stream -> stream.name().startsWith(GroupConfigTags.PREFIX))
                .ifPresent(this::put));
    }

    private void put(StreamInfo stream) {
        Optional<GroupConfigTags> tags = GroupConfigTags.decode(stream);
        if (tags.isEmpty()) {
            LOG.error(
                    "event=group-config-unreadable stream={} tags={}: correct the tags, or delete the stream",
                    stream.name(),
                    stream.tags());
            remove(stream.id());
            return;
        }
        streams.put(stream.id(), tags.get().group());
        set(tags.get().group(), tags.get().configs());
    }

    private void remove(long stream) {
        String group = streams.remove(stream);
        if (group != null && !streams.containsValue(group)) {
            set(group, Map.of());
        }
    }

    private void set(String group, Map<String, String> configs) {
        if (configs.equals(of(group))) {
            return;
        }
        Properties properties = new Properties();
        properties.putAll(configs);
        try {
            manager.updateGroupConfig(group, properties);
        } catch (KafkaException | IllegalArgumentException e) {
            LOG.error("event=group-config-ignored group={} configs={}: set other values", group, configs, e);
            manager.updateGroupConfig(group, new Properties());
        }
        if (configs.isEmpty()) {
            byGroup.remove(group);
        } else {
            byGroup.put(group, configs);
        }
        LOG.info("event=group-config-changed group={} configs={}", group, configs);
    }
}
