package io.s3stream.simulation.cluster;

import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ConditionalContent;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.storage.ForwardingObjectStorage;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * A process's connection to the bucket. It may be blocked for this process or by an outage. A request then hangs, and
 * is sent when the connection is free again, unless it has timed out. A slow connection sends each request late. Owner
 * of whether it is blocked, and how slow it is.
 */
public final class Reach extends ForwardingObjectStorage {

    private static final long TIMEOUT_NANOS = 1_500_000_000L;
    private static final long LOOK_NANOS = 50_000_000L;

    private final SimNode node;
    private final Outage outage;
    private boolean isBlocked;
    private long delayNanos;

    public Reach(ObjectStorage behind, SimNode node, Outage outage) {
        super(behind);
        this.node = node;
        this.outage = outage;
    }

    /** Blocks or frees the connection for this process. */
    public void block(boolean blocked) {
        isBlocked = blocked;
    }

    /** Sends each request so much later from now on; 0 is normal. */
    public void slow(long nanos) {
        delayNanos = nanos;
    }

    @Override
    public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
        return when(key, () -> super.put(key, body, condition));
    }

    @Override
    public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
        return when(key, () -> super.get(key, range));
    }

    @Override
    public CompletableFuture<ConditionalContent> getIfChanged(String key, String version) {
        return when(key, () -> super.getIfChanged(key, version));
    }

    @Override
    public CompletableFuture<Optional<ObjectSummary>> head(String key) {
        return when(key, () -> super.head(key));
    }

    @Override
    public CompletableFuture<List<ObjectSummary>> list(String prefix, String startAfter, int limit) {
        return when(prefix, () -> super.list(prefix, startAfter, limit));
    }

    @Override
    public CompletableFuture<Map<String, String>> delete(Collection<String> keys) {
        String first = keys.isEmpty() ? "" : keys.iterator().next();
        return when(first, () -> super.delete(keys));
    }

    private boolean isBlocked(String key) {
        return isBlocked || outage.blocks(key);
    }

    private <T> CompletableFuture<T> when(String key, Supplier<CompletableFuture<T>> request) {
        if (!isBlocked(key)) {
            return delayNanos == 0 ? request.get() : late(request);
        }
        node.simulator().count("fault: request hangs");
        CompletableFuture<T> answer = new CompletableFuture<>();
        wait(key, request, answer, node.simulator().now() + TIMEOUT_NANOS);
        return answer;
    }

    private <T> CompletableFuture<T> late(Supplier<CompletableFuture<T>> request) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        long delay = node.simulator().latency(delayNanos);
        node.simulator().after(delay, "slow request", () -> node.whenRunning(() -> send(request, answer)));
        return answer;
    }

    private static <T> void send(Supplier<CompletableFuture<T>> request, CompletableFuture<T> answer) {
        request.get().whenComplete((value, error) -> {
            if (error == null) {
                answer.complete(value);
            } else {
                answer.completeExceptionally(error);
            }
        });
    }

    private <T> void wait(String key, Supplier<CompletableFuture<T>> request, CompletableFuture<T> answer, long until) {
        node.simulator()
                .after(
                        LOOK_NANOS,
                        "hanging request",
                        () -> node.whenRunning(() -> {
                            if (!isBlocked(key)) {
                                send(request, answer);
                            } else if (node.simulator().now() > until) {
                                answer.completeExceptionally(
                                        new StorageException("simulated: the bucket is out of reach"));
                            } else {
                                wait(key, request, answer, until);
                            }
                        }));
    }
}
