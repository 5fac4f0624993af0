package io.s3stream.core.append;

import io.s3stream.core.append.waiting.IdleFrames;
import io.s3stream.core.cache.WriteCache;
import io.s3stream.core.memory.AppendCost;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.metrics.AppendMetrics;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Acknowledges durable frames and publishes their records, in this order: the cache, the confirm offset, the futures.
 * Any thread reads the progress; the append context owns all other state.
 */
final class FramePublisher {

    private final WriteCache cache;
    private final MemoryBudget budget;
    private final AppendMetrics metrics;
    private final CallbackQueue callbacks;
    private final WalWindow window;
    private final IdleFrames idle;

    private volatile long ackedThrough;
    private final AtomicLong ackedBytes = new AtomicLong();
    private @Nullable IssuedFrame publishing; // neither in the window nor reported to its callers

    /**
     * @param callbacks collects the acknowledgements; the caller must flush it
     * @param ackedThrough the last sequence before the first frame
     */
    FramePublisher(
            WriteCache cache,
            MemoryBudget budget,
            AppendMetrics metrics,
            CallbackQueue callbacks,
            WalWindow window,
            IdleFrames idle,
            long ackedThrough) {
        this.cache = cache;
        this.budget = budget;
        this.metrics = metrics;
        this.callbacks = callbacks;
        this.window = window;
        this.idle = idle;
        this.ackedThrough = ackedThrough;
    }

    /** Returns the last acknowledged sequence. Callable from any thread. */
    long ackedThrough() {
        return ackedThrough;
    }

    /** Returns the bytes of acknowledged frames. Callable from any thread. */
    long ackedBytes() {
        return ackedBytes.get();
    }

    /** Publishes all frames of the window that may be acknowledged. Returns whether there were any. */
    boolean publishAll() {
        boolean any = false;
        for (IssuedFrame frame = window.takeAcknowledgeable(); frame != null; frame = window.takeAcknowledgeable()) {
            publishing = frame;
            publish(frame);
            publishing = null;
            any = true;
        }
        return any;
    }

    /**
     * Abandons a frame whose publication an Error has interrupted.
     *
     * @param taker receives the appends of that frame
     */
    void abandon(Consumer<List<PendingAppend>> taker) {
        if (publishing != null) {
            taker.accept(publishing.appends());
            publishing.releaseSlab(); // the frame is durable, so the WAL no longer reads it
        }
    }

    private void publish(IssuedFrame frame) {
        ackedThrough = frame.sequence();
        ackedBytes.addAndGet(frame.bytes());
        for (PendingAppend append : frame.appends()) {
            StreamTail tail = append.tail();
            cache.add(append);
            tail.confirm(append.endOffset(), append.payloadBytes());
        }
        VarHandle.fullFence(); // a waiter that is not seen below sees these offsets itself
        cache.cover(window.positionAfter(frame));
        frame.releaseSlab();
        metrics.frame(frame.appends().size(), frame.payloadBytes(), frame.bytes());
        for (PendingAppend append : frame.appends()) {
            append.tail().wakeWaiters();
            metrics.acknowledged(append.stamp());
        }
        budget.release(AppendCost.ofObjects(frame.appends().size()));
        callbacks.complete(frame.appends());
        if (frame.appends().isEmpty()) {
            idle.wasWritten();
        }
    }
}
