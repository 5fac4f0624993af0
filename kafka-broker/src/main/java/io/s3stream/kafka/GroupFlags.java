package io.s3stream.kafka;

import io.s3stream.kafka.groups.GroupSettings;
import java.util.Map;
import picocli.CommandLine.Option;

/** Options of consumer groups. */
final class GroupFlags {

    @Option(
            names = "--offsets-partitions",
            paramLabel = "N",
            defaultValue = "8",
            description = "Partitions of __consumer_offsets, when the topic is created. Default: ${DEFAULT-VALUE}")
    private int offsetsPartitions;

    @Option(
            names = "--group-setting",
            paramLabel = "NAME=VALUE",
            description = "Setting of Kafka's group coordinator by its name in Kafka, such as "
                    + "group.initial.rebalance.delay.ms=0. May be repeated.")
    private Map<String, String> groupSettings = Map.of();

    GroupSettings settings() {
        return new GroupSettings(offsetsPartitions, GroupSettings.defaults().minCleanedBytes(), groupSettings);
    }
}
