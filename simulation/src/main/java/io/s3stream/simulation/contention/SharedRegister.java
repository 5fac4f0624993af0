package io.s3stream.simulation.contention;

import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.metadata.MetadataRegister;
import io.s3stream.testkit.sim.Simulator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The register that all nodes share. A request takes half its latency to take effect and half to be answered. The
 * latency is three quarters to five quarters of the average, and three times that for every hundredth request. Owner of
 * the value and of the counts of requests.
 */
final class SharedRegister implements MetadataRegister {

    private final Simulator simulator;
    private final Load load;
    private @Nullable Versioned value;
    private long versions;
    private long lastChange = Long.MIN_VALUE / 2;
    private Counts counts = new Counts(0, 0, 0, 0);

    /**
     * @param changes compare-and-sets that changed the value
     * @param lost compare-and-sets that found another version
     * @param refused compare-and-sets that the register refused because it had just been changed
     * @param reads of the value
     */
    record Counts(long changes, long lost, long refused, long reads) {

        Counts minus(Counts before) {
            return new Counts(
                    changes - before.changes, lost - before.lost, refused - before.refused, reads - before.reads);
        }

        double wastedShare() {
            return changes + lost + refused == 0 ? 0 : (double) (lost + refused) / (changes + lost + refused);
        }
    }

    SharedRegister(Simulator simulator, Load load) {
        this.simulator = simulator;
        this.load = load;
    }

    Counts counts() {
        return counts;
    }

    @Override
    public CompletableFuture<Optional<Versioned>> read() {
        return request(() -> Optional.ofNullable(value));
    }

    @Override
    public CompletableFuture<Optional<Versioned>> readIfChanged(String version) {
        return request(() -> {
            counts = new Counts(counts.changes, counts.lost, counts.refused, counts.reads + 1);
            return Optional.ofNullable(value)
                    .filter(present -> !present.version().equals(version));
        });
    }

    @Override
    public CompletableFuture<Optional<String>> compareAndSet(Optional<String> expectedVersion, byte[] bytes) {
        return request(() -> {
            if (!Optional.ofNullable(value).map(Versioned::version).equals(expectedVersion)) {
                counts = new Counts(counts.changes, counts.lost + 1, counts.refused, counts.reads);
                return Optional.empty();
            }
            if (simulator.now() - lastChange < load.spacing().toNanos()) {
                counts = new Counts(counts.changes, counts.lost, counts.refused + 1, counts.reads);
                throw new StorageException("simulated: slow down");
            }
            counts = new Counts(counts.changes + 1, counts.lost, counts.refused, counts.reads);
            lastChange = simulator.now();
            value = new Versioned("v" + ++versions, bytes);
            return Optional.of(value.version());
        });
    }

    private <T> CompletableFuture<T> request(Supplier<T> effect) {
        CompletableFuture<T> future = new CompletableFuture<>();
        simulator.after(half(), "register", () -> {
            try {
                T answer = effect.get();
                simulator.after(half(), "register answered", () -> future.complete(answer));
            } catch (StorageException e) {
                simulator.after(half(), "register refused", () -> future.completeExceptionally(e));
            }
        });
        return future;
    }

    private long half() {
        long nanos = (long)
                (load.latency().toNanos() / 2.0 * (0.75 + simulator.random().nextDouble() / 2));
        return simulator.chance(0.01) ? 3 * nanos : nanos;
    }

    @Override
    public void close() {}
}
