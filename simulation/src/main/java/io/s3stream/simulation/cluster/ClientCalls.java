package io.s3stream.simulation.cluster;

import io.s3stream.api.errors.StreamException;
import io.s3stream.api.errors.StreamSealedException;
import io.s3stream.simulation.history.Findings;
import io.s3stream.testkit.sim.Simulator;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes the clients' calls and checks their answers and failures. Owner of nothing. */
final class ClientCalls {

    private final Simulator simulator;
    private final Findings findings;
    private final ClusterNodes nodes;
    private final CarelessCaller caller;

    ClientCalls(ClusterNodes.World world, Findings findings, ClusterNodes nodes) {
        this.simulator = world.simulator();
        this.findings = findings;
        this.nodes = nodes;
        this.caller = new CarelessCaller(simulator, world.config().host().cancels());
    }

    /** Makes the call of a caller that may stop waiting. */
    <T> CompletableFuture<T> careless(CompletableFuture<T> future) {
        return caller.of(future);
    }

    /** Calls {@code what}, which returns a future. A failure must be of a kind that callers expect. */
    <T> void guarded(CompletableFuture<T> future, Consumer<T> what) {
        future.whenComplete((value, error) -> findings.guard(() -> {
            if (error != null) {
                findings.rejectCorruption(error);
                return;
            }
            try {
                what.accept(value);
            } catch (StreamException refused) {
                findings.rejectCorruption(refused);
            }
        }));
    }

    /** Refusals are expected. The handle is dropped when it is finished, and often its process with it. */
    void attempt(OpenStream open, Runnable action) {
        try {
            findings.guard(action);
        } catch (OutOfMemoryError | StackOverflowError e) {
            if (!open.process().sim().hasThrown()) {
                throw e;
            }
        } catch (StreamException e) {
            simulator.count("refused " + e.kind());
            findings.rejectCorruption(e);
            if (!e.isRetriable() && !(e instanceof StreamSealedException)) {
                open.process().forget(open);
                if (open.isOwner() && e.kind() != StreamException.Kind.NOT_FOUND) {
                    afterFailure(open.process());
                }
            }
        }
    }

    private void afterFailure(ClusterProcess process) {
        int dice = simulator.random().nextInt(4);
        if (dice == 0) {
            nodes.close(process);
        } else if (dice == 1) {
            process.sim().crash();
        }
    }

    <T> @Nullable T any(Collection<T> of) {
        return of.isEmpty() ? null : List.copyOf(of).get(simulator.random().nextInt(of.size()));
    }
}
