package io.s3stream.kafka;

import io.s3stream.api.StoreConfig;
import io.s3stream.api.StoreListener;
import io.s3stream.kafka.access.AccessConfig;
import io.s3stream.kafka.catalogue.TopicDefaults;
import io.s3stream.kafka.compaction.CleanerSettings;
import io.s3stream.kafka.net.NetworkConfig;
import io.s3stream.kafka.partition.LogSettings;
import io.s3stream.spi.metrics.MetricsRecorder;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Options of a broker that have defaults.
 *
 * @param network limits and security of connections
 * @param advertisedHost the host that clients are told, or empty for the host to listen on
 * @param advertisedPort the port that clients are told, or 0 for the port to listen on
 * @param rack the place of this broker, such as an availability zone; clients are told. Absent if it has no name
 * @param retentionInterval time between two looks for records that are too old
 * @param logs limits of the logs of partitions
 * @param cleaner settings of the cleaner of compacted topics
 * @param store options of the store
 * @param register of the store, or null for the default
 * @param monitoring where metrics and events of the store go
 * @param access how access is controlled; absent if every client may do everything
 * @param topics defaults of topics; all brokers of a cluster should have the same
 */
public record BrokerOptions(
        NetworkConfig network,
        String advertisedHost,
        int advertisedPort,
        Optional<String> rack,
        Duration retentionInterval,
        LogSettings logs,
        CleanerSettings cleaner,
        StoreConfig store,
        @Nullable String register,
        Monitoring monitoring,
        Optional<AccessConfig> access,
        TopicDefaults topics) {

    /**
     * Where metrics and events of the store go.
     *
     * @param metrics stays the caller's
     * @param listener learns of a store that has stopped
     */
    public record Monitoring(MetricsRecorder metrics, StoreListener listener) {

        /** No metrics and no listener. */
        static final Monitoring NONE = new Monitoring(MetricsRecorder.none(), new StoreListener() {});
    }

    /** A node that is paused or cut off is noticed by its silence; a heartbeat is one commit. */
    static final Duration HEARTBEAT = Duration.ofSeconds(1);

    static final Duration SUSPECT_AFTER = Duration.ofSeconds(3);

    /** All defaults. */
    public static BrokerOptions defaults() {
        return new BrokerOptions(
                NetworkConfig.DEFAULTS,
                "",
                0,
                Optional.empty(),
                Duration.ofMinutes(5),
                LogSettings.DEFAULTS,
                CleanerSettings.DEFAULTS,
                StoreConfig.builder()
                        .heartbeatInterval(HEARTBEAT)
                        .suspectAfter(SUSPECT_AFTER)
                        .build(),
                null,
                Monitoring.NONE,
                Optional.empty(),
                TopicDefaults.KAFKA);
    }

    /** These options with another network. */
    public BrokerOptions with(NetworkConfig other) {
        return changed(draft -> draft.network = other);
    }

    /** These options with another interval of retention. */
    public BrokerOptions withRetentionInterval(Duration interval) {
        return changed(draft -> draft.retentionInterval = interval);
    }

    /** These options with other settings of the cleaner and another store. */
    BrokerOptions with(CleanerSettings settings, StoreConfig config) {
        return changed(draft -> {
            draft.cleaner = settings;
            draft.store = config;
        });
    }

    /** These options with access control. */
    BrokerOptions with(AccessConfig control) {
        return changed(draft -> draft.access = Optional.of(control));
    }

    /** These options with other defaults of topics. */
    BrokerOptions with(TopicDefaults defaults) {
        return changed(draft -> draft.topics = defaults);
    }

    /** These options with a rack. */
    BrokerOptions withRack(String name) {
        return changed(draft -> draft.rack = Optional.of(name));
    }

    private BrokerOptions changed(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new BrokerOptions(
                draft.network,
                advertisedHost,
                advertisedPort,
                draft.rack,
                draft.retentionInterval,
                logs,
                draft.cleaner,
                draft.store,
                register,
                monitoring,
                draft.access,
                draft.topics);
    }

    /** The options that have a variant above, while one is made. */
    private static final class Draft {
        NetworkConfig network;
        Optional<String> rack;
        Duration retentionInterval;
        CleanerSettings cleaner;
        StoreConfig store;
        Optional<AccessConfig> access;
        TopicDefaults topics;

        Draft(BrokerOptions options) {
            network = options.network;
            rack = options.rack;
            retentionInterval = options.retentionInterval;
            cleaner = options.cleaner;
            store = options.store;
            access = options.access;
            topics = options.topics;
        }
    }
}
