package io.s3stream.kafka;

import io.s3stream.kafka.catalogue.TopicDefaults;
import java.util.Map;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import picocli.CommandLine.Option;

/** Options of topics. */
final class TopicFlags {

    private static final String NAME = "--topic-default";

    @Option(
            names = NAME,
            paramLabel = "KEY=VALUE",
            description =
                    "Configuration of each topic that does not set the key itself, such as retention.ms=86400000. "
                            + "All brokers of a cluster need the same. May be given several times.")
    private Map<String, String> defaults = Map.of();

    /** @throws IllegalArgumentException names the option, its value and the remedy */
    TopicDefaults defaults() {
        try {
            return TopicDefaults.of(defaults);
        } catch (InvalidConfigurationException e) {
            throw new IllegalArgumentException(NAME + " " + e.getMessage(), e);
        }
    }
}
