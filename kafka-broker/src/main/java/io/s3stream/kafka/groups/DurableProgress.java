package io.s3stream.kafka.groups;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.NotCoordinatorException;
import org.apache.kafka.coordinator.common.runtime.PartitionWriter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a coordinator up to which position its records are durable. The position never falls. Thread-safe. */
final class DurableProgress {

    private static final Logger LOG = LoggerFactory.getLogger(DurableProgress.class);

    private PartitionWriter.@Nullable Listener listener;
    private long durable;

    synchronized void listen(PartitionWriter.Listener registered) {
        listener = registered;
    }

    @SuppressWarnings("ReferenceEquality") // identity is meant
    synchronized void forget(PartitionWriter.Listener registered) {
        if (listener == registered) {
            listener = null;
        }
    }

    /** The coordinator only puts an event into its queue: this does not block. */
    synchronized void advance(TopicPartition partition, long position) {
        if (position <= durable) {
            return;
        }
        durable = position;
        if (listener != null) {
            try {
                listener.onHighWatermarkUpdated(partition, position);
            } catch (NotCoordinatorException e) {
                LOG.debug("{}: the coordinator has ended", partition);
            }
        }
    }
}
