package io.s3stream.kafka.cluster.simulation;

import io.s3stream.api.errors.StorageException;
import io.s3stream.api.metadata.TakeOverOptions;
import io.s3stream.testkit.sim.Simulator;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a broker to its store. Notes take-overs, and traces the calls that move partitions. Some calls fail: a call
 * throws, or its future fails before or after the effect. Stateless.
 */
final class BrokerCalls implements StoreCalls.Interceptor {

    /** The calls that the loop of the cluster makes while it runs. */
    private static final Set<String> FAULTY = Set.of("openStreams", "snapshot", "takeOver");

    private final BrokerWorld world;
    private final SimulatedBroker broker;

    BrokerCalls(BrokerWorld world, SimulatedBroker broker) {
        this.world = world;
        this.broker = broker;
    }

    @Override
    public @Nullable Object call(String method, Object[] arguments) {
        if (method.equals("takeOver") && arguments[1] instanceof TakeOverOptions options) {
            world.turns()
                    .takesOver(broker, (Integer) arguments[0], options.ifEpoch().orElse(0));
        }
        if (!isFaulty(method)) {
            return StoreCalls.PASS;
        }
        if (world.simulator().chance(0.5)) {
            count(method, "throws");
            throw new OutOfMemoryError("simulated: no memory for " + method);
        }
        count(method, "fails");
        return CompletableFuture.failedFuture(new StorageException("simulated: " + method + " failed"));
    }

    @Override
    public @Nullable Object answered(String method, Object[] arguments, @Nullable Object result) {
        if (!FAULTY.contains(method)) {
            return result;
        }
        CompletableFuture<?> future = (CompletableFuture<?>) Objects.requireNonNull(result);
        if (!method.equals("snapshot")) {
            trace(broker.process().name() + " " + method + " " + arguments[0], future);
        }
        if (!isFaulty(method)) {
            return result;
        }
        count(method, "fails late");
        return future.thenCompose(value ->
                CompletableFuture.failedFuture(new StorageException("simulated: answer of " + method + " lost")));
    }

    private boolean isFaulty(String method) {
        double probability = world.swarm().callFaults();
        return probability > 0
                && !world.isCalm()
                && FAULTY.contains(method)
                && world.simulator().chance(probability);
    }

    /** A failed take-over is tried again later, as if the node had been suspected later. */
    private void count(String method, String how) {
        Simulator simulator = world.simulator();
        simulator.count("fault: " + method + " " + how);
        if (method.equals("takeOver")) {
            world.disturbed();
        }
    }

    private void trace(String call, CompletableFuture<?> future) {
        world.trace(call);
        future.whenComplete(
                (value, error) -> world.trace(call + (error == null ? " ends" : " fails: " + error.getMessage())));
    }
}
