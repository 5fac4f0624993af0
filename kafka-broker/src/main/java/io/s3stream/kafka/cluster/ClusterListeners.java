package io.s3stream.kafka.cluster;

import io.s3stream.api.metadata.MetadataUpdate;
import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.partition.PartitionLog;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All listeners of a cluster as one. A listener that throws is logged; the others are called, and the cluster continues:
 * otherwise a fault in one coordinator would leave partitions without a leader. Thread-safe.
 */
final class ClusterListeners implements ClusterListener {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterListeners.class);

    private final List<ClusterListener> all = new CopyOnWriteArrayList<>();
    private final List<Consumer<MetadataUpdate>> followers = new CopyOnWriteArrayList<>();

    void add(ClusterListener listener) {
        all.add(listener);
    }

    /** Adds a follower of updates, which has the same protection. */
    void add(Consumer<MetadataUpdate> follower) {
        followers.add(follower);
    }

    /** Hands an update to the followers. */
    void updated(MetadataUpdate update) {
        tell(followers, "an update", follower -> follower.accept(update));
    }

    @Override
    public void viewed(ClusterView view) {
        tell(all, "a view", listener -> listener.viewed(view));
    }

    @Override
    public void opened(PartitionLog log) {
        tell(all, "the opening of " + log.name(), listener -> listener.opened(log));
    }

    @Override
    public void closed(PartitionLog log) {
        tell(all, "the end of " + log.name(), listener -> listener.closed(log));
    }

    private static <T> void tell(List<T> listeners, String event, Consumer<T> call) {
        for (T listener : listeners) {
            try {
                call.accept(listener);
            } catch (RuntimeException | Error e) {
                LOG.error(
                        "event=listener-failed listener={} after {}",
                        listener.getClass().getName(),
                        event,
                        e);
            }
        }
    }
}
