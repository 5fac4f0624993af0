package io.s3stream.simulation.linger;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.spi.storage.MultipartUpload;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.storage.ForwardingObjectStorage;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Answers each PUT after a random time in virtual time. Drops the bytes of frames and of data objects. Counts the PUTs
 * of the WAL and their bytes.
 */
final class DistantStorage extends ForwardingObjectStorage {

    private static final ObjectBody NOTHING = ObjectBody.of(ByteBuffer.allocate(0));
    private static final double JITTER = 0.2;

    private final SimNode node;
    private final long putNanos;
    private long walPuts;
    private long walBytes;

    /** @param putNanos the mean; a single PUT takes up to a fifth more or less */
    DistantStorage(SimNode node, long putNanos) {
        super(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT));
        this.node = node;
        this.putNanos = putNanos;
    }

    long walPuts() {
        return walPuts;
    }

    long walBytes() {
        return walBytes;
    }

    @Override
    public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
        boolean isFrame = key.matches("wal/.*/[0-9a-f]+");
        if (isFrame) {
            walPuts++;
            walBytes += body.length();
        }
        boolean isHollow = key.startsWith("data/") || (isFrame && body.length() > 4096);
        CompletableFuture<Optional<String>> written = super.put(key, isHollow ? NOTHING : body, condition);
        return later(written);
    }

    @Override
    public CompletableFuture<MultipartUpload> createMultipart(String key) {
        return later(CompletableFuture.completedFuture(new HollowUpload()));
    }

    private <T> CompletableFuture<T> later(CompletableFuture<T> answer) {
        CompletableFuture<T> late = new CompletableFuture<>();
        double factor = 1 - JITTER + 2 * JITTER * node.simulator().random().nextDouble();
        node.simulator()
                .after(
                        (long) (putNanos * factor),
                        "answer",
                        () -> answer.whenComplete((value, error) -> {
                            if (error == null) {
                                late.complete(value);
                            } else {
                                late.completeExceptionally(error);
                            }
                        }));
        return late;
    }

    /** Accepts parts and keeps none. */
    private final class HollowUpload implements MultipartUpload {

        @Override
        public CompletableFuture<Void> part(int number, ObjectBody body) {
            return later(CompletableFuture.completedFuture(null));
        }

        @Override
        public CompletableFuture<Void> copyPart(int number, String sourceKey, long from, long length) {
            return later(CompletableFuture.completedFuture(null));
        }

        @Override
        public CompletableFuture<String> complete() {
            return later(CompletableFuture.completedFuture("hollow"));
        }

        @Override
        public CompletableFuture<Void> abort() {
            return CompletableFuture.completedFuture(null);
        }
    }
}
