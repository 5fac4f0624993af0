package io.s3stream.kafka;

import io.s3stream.api.Outage;
import io.s3stream.api.StoreListener;
import io.s3stream.api.StoreState;
import io.s3stream.kafka.cluster.Cluster;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Hands the events of the store to the cluster and to the listener of the broker's owner. */
final class StoreEvents implements StoreListener {

    private final StoreListener owner;
    private final AtomicReference<Cluster> cluster = new AtomicReference<>();

    StoreEvents(StoreListener owner) {
        this.owner = owner;
    }

    /** From now on the cluster receives the events about nodes. Suspicions are repeated, so none is missed. */
    void tell(Cluster receiver) {
        cluster.set(receiver);
    }

    @Override
    public void nodeSuspected(int nodeId, long nodeEpoch, Duration silence) {
        Optional.ofNullable(cluster.get()).ifPresent(receiver -> receiver.nodeSuspected(nodeId, nodeEpoch));
        owner.nodeSuspected(nodeId, nodeEpoch, silence);
    }

    @Override
    public void nodeReturned(int nodeId) {
        Optional.ofNullable(cluster.get()).ifPresent(receiver -> receiver.nodeReturned(nodeId));
        owner.nodeReturned(nodeId);
    }

    @Override
    public void stateChanged(StoreState state) {
        owner.stateChanged(state);
    }

    @Override
    public void unreachable(Outage outage) {
        owner.unreachable(outage);
    }

    @Override
    public void reachable(Outage outage) {
        owner.reachable(outage);
    }

    @Override
    public void throttled(boolean waiting) {
        owner.throttled(waiting);
    }
}
