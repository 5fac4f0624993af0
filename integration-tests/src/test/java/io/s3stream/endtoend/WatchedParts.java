package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.s3stream.core.EngineParts;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.SlabPool;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The unchanged engine with counted slabs. */
final class WatchedParts extends EngineParts {

    private final long leastPinLimit;
    private @Nullable SlabPool pool;

    WatchedParts() {
        this(0);
    }

    /** @param leastPinLimit for a test that breaks the limit of leases on purpose */
    WatchedParts(long leastPinLimit) {
        this.leastPinLimit = leastPinLimit;
    }

    @Override
    public SlabPool slabPool(int slabBytes, int alignment, MemoryBudget budget, long pinLimit) {
        pool = super.slabPool(slabBytes, alignment, budget, Math.max(leastPinLimit, pinLimit));
        return pool;
    }

    long outstandingBytes() {
        return pool == null ? 0 : pool.outstandingBytes();
    }

    int slabBytes() {
        return pool == null ? 0 : pool.slabBytes();
    }

    /** After a close, all memory was returned and no thread of a store is left. */
    void assertNothingIsLeft() {
        await("slabs are returned").atMost(Duration.ofSeconds(10)).until(() -> outstandingBytes() == 0);
        awaitNoThreads();
    }

    static void awaitNoThreads() {
        await("threads end")
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(threads()).isEmpty());
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().isAlive())
                .filter(thread -> thread.getKey().getName().startsWith("s3stream-"))
                .map(thread -> thread.getKey().getName() + " at " + List.of(thread.getValue()))
                .toList();
    }
}
