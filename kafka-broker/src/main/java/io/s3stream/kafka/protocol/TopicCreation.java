package io.s3stream.kafka.protocol;

import io.s3stream.api.errors.AlreadyExistsException;
import io.s3stream.api.errors.ChangeRefusedException;
import io.s3stream.kafka.catalogue.Catalogue;
import io.s3stream.kafka.catalogue.TopicConfigs;
import io.s3stream.kafka.catalogue.TopicDefaults;
import io.s3stream.kafka.cluster.Cluster;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.internals.Topic;

/** Creates topics: for CreateTopics, and missing topics that a client names. */
public final class TopicCreation {

    private final Catalogue catalogue;
    private final Cluster cluster;
    private final boolean isAutomatic;
    private final int defaultPartitions;
    private final TopicDefaults defaults;

    /**
     * @param isAutomatic whether a topic is created when a client names it
     * @param defaultPartitions of topics whose creator does not say
     * @param defaults of this broker, for the keys that a topic does not set
     */
    public TopicCreation(
            Catalogue catalogue, Cluster cluster, boolean isAutomatic, int defaultPartitions, TopicDefaults defaults) {
        this.catalogue = catalogue;
        this.cluster = cluster;
        this.isAutomatic = isAutomatic;
        this.defaultPartitions = defaultPartitions;
        this.defaults = defaults;
    }

    /** Whether Kafka takes the name for a topic. */
    public static boolean isValid(String name) {
        try {
            Topic.validate(name);
            return true;
        } catch (InvalidTopicException e) {
            return false;
        }
    }

    /** Whether a topic is created when a client names it. */
    boolean isAutomatic() {
        return isAutomatic;
    }

    int defaultPartitions() {
        return defaultPartitions;
    }

    TopicDefaults defaults() {
        return defaults;
    }

    /** Creates the topics that do not exist, if this broker does that. Completes also when it does not. */
    CompletableFuture<Void> createMissing(List<String> names) {
        if (!isAutomatic) {
            return CompletableFuture.completedFuture(null);
        }
        return CompletableFuture.allOf(names.stream()
                .filter(name -> isValid(name) && !Topic.isInternal(name))
                .map(name -> create(name, defaultPartitions, TopicConfigs.DEFAULTS)
                        .exceptionally(TopicCreation::ifNewElsewhere))
                .toArray(CompletableFuture[]::new));
    }

    /** Creates a topic of the broker itself, if it does not exist. */
    public CompletableFuture<Uuid> createInternal(String name, int partitions) {
        Map<String, String> configs = Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        return createIfMissing(name, partitions, configs);
    }

    /** Creates a topic, if it does not exist. Completes with a zero id if it exists. */
    public CompletableFuture<Uuid> createIfMissing(String name, int partitions, Map<String, String> configs) {
        return create(name, partitions, TopicConfigs.of(configs)).exceptionally(TopicCreation::ifNewElsewhere);
    }

    private static Uuid ifNewElsewhere(Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        boolean exists = cause instanceof AlreadyExistsException
                || (cause instanceof ChangeRefusedException refused
                        && refused.getCause() instanceof AlreadyExistsException);
        if (exists) {
            return Uuid.ZERO_UUID; // another broker was faster
        }
        throw new CompletionException(cause);
    }

    /** Creates a topic. Completes when its partitions are led, or after some seconds. */
    CompletableFuture<Uuid> create(String name, int partitions, TopicConfigs configs) {
        return cluster.change(
                catalogue.create(name, partitions, configs),
                view -> view.topic(name).filter(cluster::isLed).isPresent());
    }
}
