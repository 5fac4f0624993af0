package io.s3stream.core.write;

import io.s3stream.core.events.StoreEvents;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.SerialContext;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Tells the listener when appends start and stop waiting. Appends wait for uploads if the write cache is full. They
 * wait for the WAL if the append queue is full and the WAL acknowledges no frame. A queue that is full only briefly is
 * normal, and not reported. Owns the reported state; used on the append context.
 */
final class Throttling {

    private static final Duration QUEUE_FULL_DELAY = Duration.ofSeconds(1);

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

    /** Reports that the write cache is full. */
    void memoryIsFull() {
        isForQueue = false;
        tell(true);
    }

    /**
     * Records that an append was refused or waits.
     *
     * @param acknowledged progress of the WAL; if it does not change while the queue stays full, appends are reported
     *     as waiting
     */
    void appendWaits(LongSupplier acknowledged) {
        if (told || isWatching || !isQueueFull()) {
            return;
        }
        isWatching = true;
        long before = acknowledged.getAsLong();
        runtime.schedule(QUEUE_FULL_DELAY, context, () -> {
            isWatching = false;
            if (!told && isQueueFull() && acknowledged.getAsLong() == before) {
                isForQueue = true;
                tell(true);
            }
        });
    }

    /** Records that the WAL acknowledged a frame. */
    void onDurable() {
        if (told && isForQueue && !isQueueFull()) {
            tell(false);
        }
    }

    /** Reports that appends no longer wait. */
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
