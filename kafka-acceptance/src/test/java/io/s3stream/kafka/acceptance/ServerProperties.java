package io.s3stream.kafka.acceptance;

import io.s3stream.api.StoreConfig;
import io.s3stream.kafka.BrokerConfig;
import io.s3stream.kafka.BrokerOptions;
import io.s3stream.kafka.catalogue.TopicDefaults;
import io.s3stream.kafka.groups.GroupSettings;
import io.s3stream.kafka.net.NetworkConfig;
import io.s3stream.kafka.net.SaslUsers;
import io.s3stream.kafka.partition.LogSettings;
import io.s3stream.kafka.transactions.TransactionSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.test.JaasUtils;
import org.apache.kafka.coordinator.group.GroupCoordinatorConfig;
import org.apache.kafka.server.config.ServerTopicConfigSynonyms;

/**
 * Properties of Kafka's {@code server.properties} as options of a broker. Properties without such an option are left out: the
 * tests that depend on them fail. Immutable.
 */
final class ServerProperties {

    private static final int KAFKA_OFFSETS_PARTITIONS = 50;
    private static final Duration KAFKA_HEARTBEAT = Duration.ofSeconds(2);
    private static final Duration KAFKA_SESSION = Duration.ofSeconds(9);

    private final Map<String, String> values;

    ServerProperties(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    private int number(String name, int otherwise) {
        return Integer.parseInt(values.getOrDefault(name, Integer.toString(otherwise)));
    }

    private Duration millis(String name, Duration otherwise) {
        return Duration.ofMillis(Long.parseLong(values.getOrDefault(name, Long.toString(otherwise.toMillis()))));
    }

    /** A broker on the store in a directory. */
    BrokerConfig config(int id, Path dir, int port) {
        return new BrokerConfig(
                id,
                dir.resolve("objects").toUri(),
                URI.create("store:/?linger=2ms"),
                "localhost",
                port,
                number("num.partitions", 1),
                Boolean.parseBoolean(values.getOrDefault("auto.create.topics.enable", "true")),
                groups(),
                transactions());
    }

    private GroupSettings groups() {
        Map<String, String> coordinator = new HashMap<>(values);
        coordinator.keySet().retainAll(GroupCoordinatorConfig.CONFIG_DEF.names());
        return new GroupSettings(
                number(GroupCoordinatorConfig.OFFSETS_TOPIC_PARTITIONS_CONFIG, KAFKA_OFFSETS_PARTITIONS),
                GroupSettings.defaults().minCleanedBytes(),
                coordinator);
    }

    private TransactionSettings transactions() {
        TransactionSettings defaults = TransactionSettings.DEFAULTS;
        return new TransactionSettings(
                number("transaction.state.log.num.partitions", defaults.partitions()),
                millis("transaction.max.timeout.ms", defaults.maxTimeout()),
                millis("transactional.id.expiration.ms", defaults.idExpiration()),
                millis("transaction.abort.timed.out.transaction.cleanup.interval.ms", defaults.checkInterval()),
                defaults.rewriteBytes());
    }

    private static LogSettings logs(Duration expiration) {
        LogSettings defaults = LogSettings.DEFAULTS;
        return new LogSettings(defaults.snapshotBytes(), defaults.maxWaitingBytes(), expiration);
    }

    /** Options for a listener with this security. */
    BrokerOptions options(SecurityProtocol security) {
        NetworkConfig defaults = NetworkConfig.DEFAULTS;
        Optional<SaslUsers> users = switch (security) {
            case PLAINTEXT -> Optional.empty();
            case SASL_PLAINTEXT ->
                Optional.of(SaslUsers.of(Map.of(JaasUtils.KAFKA_PLAIN_ADMIN, JaasUtils.KAFKA_PLAIN_ADMIN_PASSWORD)));
            case SSL, SASL_SSL ->
                throw new UnsupportedOperationException(security + ": no test of clients asks for TLS");
        };
        BrokerOptions options = BrokerOptions.defaults();
        return new BrokerOptions(
                new NetworkConfig(
                        defaults.threads(),
                        number("socket.request.max.bytes", defaults.maxRequestBytes()),
                        millis("connections.max.idle.ms", defaults.maxIdle()),
                        number("max.connections", defaults.maxConnections()),
                        Optional.empty(),
                        users),
                options.advertisedHost(),
                options.advertisedPort(),
                Optional.ofNullable(values.get("broker.rack")),
                millis("log.retention.check.interval.ms", options.retentionInterval()),
                logs(millis("producer.id.expiration.ms", LogSettings.DEFAULTS.producerExpiration())),
                options.cleaner(),
                StoreConfig.builder()
                        .heartbeatInterval(millis("broker.heartbeat.interval.ms", KAFKA_HEARTBEAT))
                        .suspectAfter(millis("broker.session.timeout.ms", KAFKA_SESSION))
                        .build(),
                options.register(),
                options.monitoring(),
                options.access(),
                topics());
    }

    /** A value that brokers refuse is left out too. */
    private TopicDefaults topics() {
        Map<String, String> defaults = new HashMap<>();
        ServerTopicConfigSynonyms.ALL_TOPIC_CONFIG_SYNONYMS.forEach((key, properties) -> properties.stream()
                .filter(property -> values.containsKey(property.name()))
                .findFirst()
                .map(property -> property.converter().apply(values.get(property.name())))
                .filter(value -> isPermitted(key, value))
                .ifPresent(value -> defaults.put(key, value)));
        return TopicDefaults.of(defaults);
    }

    private static boolean isPermitted(String key, String value) {
        try {
            TopicDefaults.of(Map.of(key, value));
            return true;
        } catch (InvalidConfigurationException e) {
            return false;
        }
    }
}
