package io.s3stream.kafka;

import io.s3stream.api.StoreListener;
import io.s3stream.api.StoreState;
import io.s3stream.kafka.cluster.Cluster;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands the events of the store to the cluster, and the end of its appends to the owner of the broker. */
final class StoreEvents implements StoreListener {

    private static final Logger LOG = LoggerFactory.getLogger(StoreEvents.class);

    private final Runnable onFailure;
    private final AtomicReference<Cluster> cluster = new AtomicReference<>();

    StoreEvents(Runnable onFailure) {
        this.onFailure = onFailure;
    }

    /** From now on the cluster receives the events about nodes. Suspicions are repeated, so none is missed. */
    void tell(Cluster receiver) {
        cluster.set(receiver);
    }

    @Override
    public void nodeSuspected(int nodeId, long nodeEpoch, Duration silence) {
        Optional.ofNullable(cluster.get()).ifPresent(receiver -> receiver.nodeSuspected(nodeId, nodeEpoch));
    }

    @Override
    public void nodeReturned(int nodeId) {
        Optional.ofNullable(cluster.get()).ifPresent(receiver -> receiver.nodeReturned(nodeId));
    }

    @Override
    public void stateChanged(StoreState state) {
        if (state.level() == StoreState.Level.APPENDS_FAILED || state.level() == StoreState.Level.STOPPED) {
            LOG.error("the store cannot append any more: {}", state.reason().map(String::valueOf).orElse("unknown"));
            onFailure.run();
        }
    }
}
