package io.s3stream.kafka.groups;

import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.coordinator.group.GroupCoordinatorConfig;

/**
 * Settings of the consumer groups.
 *
 * @param partitions of {@code __consumer_offsets} when this broker creates it; an existing topic keeps its count
 * @param minCleanedBytes a log of {@code __consumer_offsets} is not cleaned before it has this many bytes
 * @param coordinator settings of Kafka's coordinator by Kafka's names, for example {@code offsets.retention.minutes};
 *     Kafka's defaults stand for the others
 */
public record GroupSettings(int partitions, long minCleanedBytes, Map<String, String> coordinator) {

    private static final int MAX_PARTITIONS = 1000;
    private static final int DEFAULT_PARTITIONS = 8;
    private static final long DEFAULT_CLEANED_BYTES = 16 << 20;

    /** @throws IllegalArgumentException names the setting, its value and the remedy */
    public GroupSettings {
        if (partitions < 1 || partitions > MAX_PARTITIONS) {
            throw new IllegalArgumentException(
                    "partitions of __consumer_offsets=" + partitions + ": choose from 1 to " + MAX_PARTITIONS);
        }
        if (minCleanedBytes < 1) {
            throw new IllegalArgumentException("minimum bytes to clean=" + minCleanedBytes + ": choose at least 1");
        }
        coordinator = Map.copyOf(coordinator);
        for (Map.Entry<String, String> setting : coordinator.entrySet()) {
            if (!GroupCoordinatorConfig.CONFIG_DEF.names().contains(setting.getKey())) {
                throw new IllegalArgumentException("group setting " + setting.getKey() + "=" + setting.getValue()
                        + ": Kafka's coordinator has no such setting; choose a name of Kafka's documentation");
            }
        }
        kafka(coordinator);
    }

    private static GroupCoordinatorConfig kafka(Map<String, String> settings) {
        try {
            return GroupCoordinatorConfig.fromProps(settings);
        } catch (ConfigException e) {
            throw new IllegalArgumentException("group settings " + settings + ": " + e.getMessage(), e);
        }
    }

    /** 8 partitions, 16 MiB, and Kafka's defaults. */
    public static GroupSettings defaults() {
        return new GroupSettings(DEFAULT_PARTITIONS, DEFAULT_CLEANED_BYTES, Map.of());
    }

    /** The settings in the form that Kafka's coordinator takes. */
    GroupCoordinatorConfig kafka() {
        return kafka(coordinator);
    }
}
