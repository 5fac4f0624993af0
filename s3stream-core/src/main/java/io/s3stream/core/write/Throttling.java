package io.s3stream.core.write;

import io.s3stream.core.events.StoreEvents;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Tells the listener when appends begin and cease to wait: for uploads, because the write cache is full, or for a WAL that
 * acknowledges nothing, because the append queue is full. A queue that is full for a moment is ordinary and not told. Owner of
 * what was told; used on the append context.
 */
final class Throttling {

    private static final Duration QUEUE_PATIENCE = Duration.ofSeconds(1);

    private final EngineRuntime runtime;
    private final SerialContext context;
    private final MemoryBudget budget;
    private final StoreEvents events;
    private boolean told;
    private boolean isForQueue;
    private boolean isWatching;

    Throttling(EngineRuntime runtime, SerialContext context, MemoryBudget budget, StoreEvents events) {
        this.runtime = runtime;
        this.context = context;
        this.budget = budget;
        this.events = events;
    }

    /** The write cache is full. */
    void memoryIsFull() {
        isForQueue = false;
        tell(true);
    }

    /**
     * An append was refused, or waits.
     *
     * @param acknowledged what the WAL has acknowledged; if that does not move while the queue stays full, it is told
     */
    void appendWaits(LongSupplier acknowledged) {
        if (told || isWatching || !isQueueFull()) {
            return;
        }
        isWatching = true;
        long before = acknowledged.getAsLong();
        runtime.schedule(QUEUE_PATIENCE, context, () -> {
            isWatching = false;
            if (!told && isQueueFull() && acknowledged.getAsLong() == before) {
                isForQueue = true;
                tell(true);
            }
        });
    }

    /** The WAL has acknowledged something. */
    void onDurable() {
        if (told && isForQueue && !isQueueFull()) {
            tell(false);
        }
    }

    /** Appends do not wait any longer. */
    void end() {
        tell(false);
    }

    private boolean isQueueFull() {
        return budget.queued() >= budget.queueLimit();
    }

    private void tell(boolean waiting) {
        if (told != waiting) {
            told = waiting;
            events.tell(listener -> listener.throttled(waiting));
        }
    }
}
