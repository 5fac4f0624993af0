package io.s3stream.simulation.cluster;

import io.s3stream.api.StoreListener;
import io.s3stream.api.StoreState;
import io.s3stream.api.errors.StreamException;
import io.s3stream.testkit.sim.Simulator;
import java.net.URI;
import java.time.Duration;

/** A host's listener that throws exceptions and errors. No part of the engine may depend on it. Owner of nothing. */
final class ThrowingListener implements StoreListener {

    private final Simulator simulator;
    private final double probability;

    ThrowingListener(Simulator simulator, double probability) {
        this.simulator = simulator;
        this.probability = probability;
    }

    private void mayThrow() {
        if (simulator.chance(probability)) {
            simulator.count("host: listener throws");
            if (simulator.chance(0.5)) {
                throw new IllegalStateException("simulated: the listener failed");
            }
            throw new NoClassDefFoundError("simulated: the listener's class");
        }
    }

    @Override
    public void nodeSuspected(int nodeId, long nodeEpoch, Duration silence) {
        mayThrow();
    }

    @Override
    public void nodeReturned(int nodeId) {
        mayThrow();
    }

    @Override
    public void nodeTakenOver(int nodeId, long nodeEpoch) {
        mayThrow();
    }

    @Override
    public void walFailed(URI wal, StreamException reason) {
        mayThrow();
    }

    @Override
    public void walSwitched(URI from, URI to) {
        mayThrow();
    }

    @Override
    public void stateChanged(StoreState state) {
        mayThrow();
    }

    @Override
    public void throttled(boolean waiting) {
        mayThrow();
    }
}
