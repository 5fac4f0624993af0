package io.s3stream.core.read.blocks;

import io.s3stream.core.errors.Failures;
import io.s3stream.core.metrics.ReadMetrics;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.Permits;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.runtime.Timer;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Ranged GETs with hedging: a request slower than almost all others is sent once more, and the first answer wins. A
 * hedge takes only spare memory, and hedges are few. So a slow store does not get twice the load. Thread-safe;
 * completes on a thread of the storage.
 */
public final class RangedGets {

    /** At most one in this number of requests is sent twice, and bursts are limited. */
    private static final int REQUESTS_PER_HEDGE = 50;

    private static final int MAX_CREDIT = 8 * REQUESTS_PER_HEDGE;
    /** The latencies of short and of long reads are kept apart. */
    private static final long SHORT = 256 << 10;

    private static final Duration MIN_PATIENCE = Duration.ofMillis(2);

    private final ObjectReads reads;
    private final EngineRuntime runtime;
    private final SerialContext context;
    private final Permits permits;
    private final ReadMetrics metrics;
    private final LatencyEstimate shortReads = new LatencyEstimate();
    private final LatencyEstimate longReads = new LatencyEstimate();
    /** Credit for hedges: the number of requests without one, up to a limit. */
    private final AtomicInteger credit = new AtomicInteger();

    private final AtomicInteger underWay = new AtomicInteger();

    /** @param permits bytes that a hedge may take if they are free */
    public RangedGets(ObjectReads reads, EngineRuntime runtime, Permits permits, ReadMetrics metrics) {
        this.reads = reads;
        this.runtime = runtime;
        this.context = runtime.serialContext("hedge");
        this.permits = permits;
        this.metrics = metrics;
    }

    /** Returns the number of requests in flight, including hedges. */
    public int underWay() {
        return underWay.get();
    }

    CompletableFuture<Optional<ObjectContent>> get(String key, ByteRange.Slice range) {
        LatencyEstimate latencies = range.length() <= SHORT ? shortReads : longReads;
        Supplier<CompletableFuture<Optional<ObjectContent>>> get = () -> {
            long began = runtime.nanoTime();
            underWay.incrementAndGet();
            CompletableFuture<Optional<ObjectContent>> answer = Failures.answerOf(() -> reads.get(key, range));
            answer.whenComplete((content, error) -> underWay.decrementAndGet());
            answer.thenRun(() -> latencies.record(runtime.nanoTime() - began));
            return answer;
        };
        credit.getAndUpdate(present -> Math.min(present + 1, MAX_CREDIT));
        long patience = latencies.highPercentile();
        if (patience < 0 || credit.get() < REQUESTS_PER_HEDGE) {
            return get.get();
        }
        Race race = new Race();
        race.enter(get.get());
        race.hedgeAfter(Math.max(patience, MIN_PATIENCE.toNanos()), range.length(), get);
        return race.answer;
    }

    private boolean payHedge() {
        int before =
                credit.getAndUpdate(present -> present < REQUESTS_PER_HEDGE ? present : present - REQUESTS_PER_HEDGE);
        return before >= REQUESTS_PER_HEDGE;
    }

    /**
     * A GET with an optional hedge. The first content wins and the other is released. A failure counts only if it is
     * the last answer.
     */
    private final class Race {

        private final CompletableFuture<Optional<ObjectContent>> answer = new CompletableFuture<>();
        private final AtomicInteger running = new AtomicInteger();

        void enter(CompletableFuture<Optional<ObjectContent>> request) {
            running.incrementAndGet();
            request.whenComplete((content, error) -> {
                boolean last = running.decrementAndGet() == 0;
                if (error != null) {
                    if (last) {
                        answer.completeExceptionally(Failures.unwrap(error));
                    }
                } else if (!answer.complete(content)) {
                    content.ifPresent(ObjectContent::close);
                }
            });
        }

        void hedgeAfter(long nanos, long bytes, Supplier<CompletableFuture<Optional<ObjectContent>>> again) {
            if (answer.isDone()) {
                return;
            }
            Timer timer = runtime.schedule(Duration.ofNanos(nanos), context, () -> {
                if (!answer.isDone() && payHedge() && permits.tryAcquire(bytes)) {
                    metrics.hedged();
                    CompletableFuture<Optional<ObjectContent>> hedge = again.get();
                    hedge.whenComplete((content, error) -> permits.release(bytes));
                    enter(hedge);
                }
            });
            answer.whenComplete((content, error) -> timer.cancel());
        }
    }
}
