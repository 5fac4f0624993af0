package io.s3stream.endtoend;

import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.testkit.storage.ForwardingObjectStorage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Records the reads of data, and damages or holds some of them. Outlives the stores that are opened over it. */
final class WatchedGets extends ForwardingObjectStorage {

    private final List<ByteRange> ranges = new CopyOnWriteArrayList<>();
    private final AtomicInteger toDamage = new AtomicInteger();
    private final AtomicInteger toHold = new AtomicInteger();
    private volatile Executor answers = Runnable::run;
    private final List<Runnable> held = new CopyOnWriteArrayList<>();

    WatchedGets(ObjectStorage behind) {
        super(behind);
    }

    /** Forgets all reads so far. */
    void reset() {
        ranges.clear();
    }

    /** GETs of blocks, not of indexes. */
    int blockReads() {
        return (int) ranges.stream().filter(ByteRange.Slice.class::isInstance).count();
    }

    int indexReads() {
        return ranges.size() - blockReads();
    }

    long blockBytes() {
        return ranges.stream()
                .filter(ByteRange.Slice.class::isInstance)
                .mapToLong(range -> ((ByteRange.Slice) range).length())
                .sum();
    }

    /** Flips one bit in each of the next {@code count} block reads. */
    void damage(int reads) {
        toDamage.set(reads);
    }

    /** Holds the answers of the next {@code count} block reads until {@link #letGo}. */
    void hold(int reads) {
        toHold.set(reads);
    }

    /** Delays reads by this time from now on. */
    void delay(Duration latency) {
        answers = CompletableFuture.delayedExecutor(latency.toNanos(), TimeUnit.NANOSECONDS);
    }

    int heldReads() {
        return held.size();
    }

    void letGo() {
        List<Runnable> all = new ArrayList<>(held);
        held.clear();
        all.forEach(Runnable::run);
    }

    @Override
    public CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange range) {
        if (!key.startsWith("data/")) {
            return super.get(key, range);
        }
        ranges.add(range);
        if (range instanceof ByteRange.Slice && take(toHold)) {
            CompletableFuture<Optional<ObjectContent>> later = new CompletableFuture<>();
            held.add(() -> super.get(key, range).whenComplete((content, error) -> {
                if (error == null) {
                    later.complete(content);
                } else {
                    later.completeExceptionally(error);
                }
            }));
            return later;
        }
        boolean damaged = range instanceof ByteRange.Slice && take(toDamage);
        return super.get(key, range)
                .thenApplyAsync(
                        content -> {
                            if (damaged) {
                                content.ifPresent(WatchedGets::flipABit);
                            }
                            return content;
                        },
                        answers);
    }

    private static boolean take(AtomicInteger left) {
        return left.getAndUpdate(count -> Math.max(0, count - 1)) > 0;
    }

    private static void flipABit(ObjectContent content) {
        int at = content.data().readerIndex() + content.data().readableBytes() / 2;
        content.data().setByte(at, content.data().getByte(at) ^ 4);
    }

    @Override
    public void close() {
        // stays for the next store
    }
}
