package io.s3stream.core.append;

import io.s3stream.core.metrics.AppendMetrics;
import io.s3stream.spi.runtime.SerialContext;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The way of an append from its caller's thread to the append context: adds it to the inbox, and wakes the context if
 * the inbox was empty. Thread-safe.
 */
final class AppendIntake {

    private final AppendInbox inbox;
    private final AppendMetrics metrics;
    private final SerialContext context;
    private final Runnable drain;

    /** An item was enqueued, and the context was not woken for it yet. */
    private volatile boolean owesWakeUp;

    /** A drain task was handed over and has not started. It will see all items enqueued until then. */
    private final AtomicBoolean scheduled = new AtomicBoolean();

    /** @param drain takes all items from the inbox; runs on the context */
    AppendIntake(AppendInbox inbox, AppendMetrics metrics, SerialContext context, Runnable drain) {
        this.inbox = inbox;
        this.metrics = metrics;
        this.context = context;
        this.drain = drain;
    }

    /** Enqueues an item. */
    void add(Enqueued item) {
        if (inbox.isEmpty()) {
            item.stamp(metrics.stamp()); // the latency sample: appends that will wake the context
        }
        if (inbox.add(item)) {
            owesWakeUp = true;
        }
    }

    /** Returns whether the next item wakes the context. */
    boolean isToBeWoken() {
        return inbox.isEmpty();
    }

    /** Wakes the context for enqueued items. If it throws, the next caller retries the wake-up. */
    void wakeIfOwed() {
        if (owesWakeUp) {
            owesWakeUp = false;
            if (scheduled.compareAndSet(false, true)) {
                try {
                    context.execute(this::drainScheduled);
                } catch (Throwable e) {
                    scheduled.set(false);
                    owesWakeUp = true;
                    throw e;
                }
            }
        }
    }

    private void drainScheduled() {
        scheduled.set(false);
        drain.run();
    }
}
