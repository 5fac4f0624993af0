package io.s3stream.kafka.groups;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.coordinator.group.GroupCoordinator;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes changes of the metadata on to Kafka's coordinator, in order, on a thread of its own. After the deletion of a topic
 * the coordinator waits there until it has forgotten the committed offsets durably. The threads that make records durable,
 * and the loop of the cluster, must not wait for that.
 */
final class MetadataUpdates implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MetadataUpdates.class);

    private final GroupCoordinator coordinator;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread created = new Thread(task, "kafka-groups-metadata");
        created.setDaemon(true);
        return created;
    });

    MetadataUpdates(GroupCoordinator coordinator) {
        this.coordinator = coordinator;
    }

    /** Passes a change on, after all earlier ones. Does not block. */
    void add(MetadataDelta delta, MetadataImage image) {
        thread.execute(() -> {
            try {
                coordinator.onMetadataUpdate(delta, image);
            } catch (RuntimeException e) {
                LOG.warn("the group coordinator has not taken a change of the metadata", e);
            }
        });
    }

    /** Drops the changes that wait. The coordinator has shut down, so that none is in progress for long. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
