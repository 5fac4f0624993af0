package io.s3stream.kafka.cluster;

import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.partition.PartitionLog;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All listeners of a cluster as one. A listener that throws is logged; the others are called, and the cluster goes on:
 * otherwise a fault in one coordinator would leave partitions without a leader. Thread-safe.
 */
final class ClusterListeners implements ClusterListener {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterListeners.class);

    private final List<ClusterListener> all = new CopyOnWriteArrayList<>();

    void add(ClusterListener listener) {
        all.add(listener);
    }

    @Override
    public void viewed(ClusterView view) {
        tell("a view", listener -> listener.viewed(view));
    }

    @Override
    public void opened(PartitionLog log) {
        tell("the opening of " + log.name(), listener -> listener.opened(log));
    }

    @Override
    public void closed(PartitionLog log) {
        tell("the end of " + log.name(), listener -> listener.closed(log));
    }

    private void tell(String event, Consumer<ClusterListener> call) {
        for (ClusterListener listener : all) {
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
