package io.s3stream.simulation.cluster;

import io.s3stream.simulation.history.CallerGone;
import io.s3stream.testkit.sim.Simulator;
import java.util.concurrent.CompletableFuture;

/** A caller that may cancel or complete the store's future at any time [R43]. Owner of nothing. */
final class CarelessCaller {

    private static final long SOON_NANOS = 1_000_000;
    private static final long LATER_NANOS = 40_000_000;

    private final Simulator simulator;
    private final double cancels;

    CarelessCaller(Simulator simulator, double cancels) {
        this.simulator = simulator;
        this.cancels = cancels;
    }

    /** Returns a future for the caller, which the caller may complete before the store does. */
    <T> CompletableFuture<T> of(CompletableFuture<T> future) {
        if (simulator.chance(cancels)) {
            long patience = simulator.latency(simulator.chance(0.5) ? SOON_NANOS : LATER_NANOS);
            boolean isCancel = simulator.chance(0.5);
            simulator.after(patience, "caller stops waiting", () -> {
                boolean isFirst = isCancel ? future.cancel(true) : future.completeExceptionally(new CallerGone());
                if (isFirst) {
                    simulator.count("host: call cancelled");
                }
            });
        }
        return future;
    }
}
