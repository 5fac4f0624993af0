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
 * Ranged GETs, of which one that is slower than almost all others is asked for once more: whichever answers first counts.
 * Such hedges take memory only if there is some to spare and are few, so that a store that slows down as a whole does not
 * get twice the work. Thread-safe; completes on a thread of the storage.
 */
public final class RangedGets {

    /** One in so many requests is sent twice at most, and not many in a row. */
    private static final int REQUESTS_PER_HEDGE = 50;

    private static final int MOST_CREDIT = 8 * REQUESTS_PER_HEDGE;
    /** Short reads and long ones are not compared with each other. */
    private static final long SHORT = 256 << 10;

    private static final Duration SHORTEST_PATIENCE = Duration.ofMillis(2);

    private final ObjectReads reads;
    private final EngineRuntime runtime;
    private final SerialContext context;
    private final Permits permits;
    private final ReadMetrics metrics;
    private final LatencyEstimate shortReads = new LatencyEstimate();
    private final LatencyEstimate longReads = new LatencyEstimate();
    /** Requests that no hedge has been made for. */
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

    /** Requests that were made and are not answered, hedges among them. */
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
        credit.getAndUpdate(present -> Math.min(present + 1, MOST_CREDIT));
        long patience = latencies.highPercentile();
        if (patience < 0 || credit.get() < REQUESTS_PER_HEDGE) {
            return get.get();
        }
        Race race = new Race();
        race.enter(get.get());
        race.hedgeAfter(Math.max(patience, SHORTEST_PATIENCE.toNanos()), range.length(), get);
        return race.answer;
    }

    private boolean payHedge() {
        int before =
                credit.getAndUpdate(present -> present < REQUESTS_PER_HEDGE ? present : present - REQUESTS_PER_HEDGE);
        return before >= REQUESTS_PER_HEDGE;
    }

    /** One GET and perhaps its hedge. The first content wins, the other is let go; a failure counts only if it is the last. */
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
