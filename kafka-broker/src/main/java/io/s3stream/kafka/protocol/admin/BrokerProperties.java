package io.s3stream.kafka.protocol.admin;

import io.s3stream.kafka.catalogue.TopicDefaults;
import java.util.Map;
import java.util.TreeMap;

/**
 * The properties of this broker as DescribeConfigs answers them. They come from options of the command line, so a
 * client cannot change them.
 *
 * @param brokerId the id of this broker
 * @param values by Kafka's names, as a client reads them
 * @param topics the defaults of topics; DescribeConfigs answers them by Kafka's names too
 */
public record BrokerProperties(int brokerId, Map<String, Object> values, TopicDefaults topics) {

    public BrokerProperties {
        values = Map.copyOf(new TreeMap<>(values));
    }
}
