package io.s3stream.simulation;

import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.simulation.history.Findings;
import io.s3stream.simulation.history.HistoryViolation;
import io.s3stream.simulation.history.StreamHistory;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.util.concurrent.CompletableFuture;

/** Seals streams of the only node: nothing is appended behind a seal, and all that was acknowledged is before it. */
final class ScenarioSeals {

    private final Simulator simulator;
    private final Findings findings;

    ScenarioSeals(Simulator simulator, Findings findings) {
        this.simulator = simulator;
        this.findings = findings;
    }

    void seal(SimNode process, StreamStore store, Stream stream, StreamHistory history, StreamHistory.Handle handle) {
        history.sealRequested(handle);
        CompletableFuture<Void> sealed = store.seal(stream.id());
        findings.expectAnswer("seal", process, sealed);
        sealed.whenComplete((done, error) -> findings.guard(() -> {
            if (error != null) {
                findings.rejectCorruption(error);
                return;
            }
            simulator.count("stream sealed");
            history.sealed(stream.confirmOffset());
            if (!stream.isSealed()) {
                throw new HistoryViolation("stream=" + stream.id() + " was sealed, and its handle says it is not");
            }
        }));
    }
}
