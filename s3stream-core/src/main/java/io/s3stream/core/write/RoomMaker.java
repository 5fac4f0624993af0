package io.s3stream.core.write;

import io.s3stream.core.cache.WriteCache;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.spi.runtime.SerialContext;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Makes room in the memory budget for waiting appends. It evicts uploaded data from the write cache, and requests an
 * upload if eviction is not enough. {@link #request}, {@link #isPressed} and {@link #endWaiting} are callable from any
 * thread; the append context calls the others.
 */
final class RoomMaker {

    private final SerialContext context;
    private final MemoryBudget budget;
    private final WriteCache cache;
    private final long highWater;
    private final Throttling throttling;
    private final Runnable upload;
    private final LongSupplier acknowledged;
    private final AtomicLong wanted = new AtomicLong(); // 0: no request since the last task

    /**
     * @param highWater bytes in use above which uploaded data is evicted after a commit
     * @param upload requests an upload
     * @param acknowledged progress of the WAL
     */
    RoomMaker(
            SerialContext context,
            MemoryBudget budget,
            WriteCache cache,
            long highWater,
            Throttling throttling,
            Runnable upload,
            LongSupplier acknowledged) {
        this.context = context;
        this.budget = budget;
        this.cache = cache;
        this.highWater = highWater;
        this.throttling = throttling;
        this.upload = upload;
        this.acknowledged = acknowledged;
    }

    /** Requests room. All requests before the task runs share it, because millions of appends may be refused. */
    void request(long bytes) {
        if (wanted.getAndAccumulate(bytes, Math::max) == 0) {
            try {
                context.execute(() -> make(wanted.getAndSet(0)));
            } catch (Throwable e) {
                wanted.set(0);
                throw e;
            }
        }
    }

    /** Returns whether appends will soon wait for uploads. Uploaded data uses at most half of the budget. */
    boolean isPressed() {
        return budget.used() > budget.limit() / 4 * 3;
    }

    /** Makes room, because appends that waited for a place in the queue may now wait for memory. */
    void onDurable() {
        throttling.onDurable();
        makeForWaiting();
    }

    /** Evicts uploaded data that exceeds the high-water mark. */
    void onCommitted() {
        cache.evict(highWater);
        if (!isPressed()) {
            throttling.end();
        }
    }

    /** Makes room for the appends that wait for memory. */
    void makeForWaiting() {
        long bytes = budget.wanted();
        if (bytes > 0) {
            make(bytes);
        }
    }

    /** Reports that appends no longer wait, because they fail. */
    void endThrottling() {
        throttling.end();
    }

    /** Ends waits for memory, because none will become free. Waiting callers get the reason at their next attempt. */
    void endWaiting() {
        budget.endWaiting();
    }

    private void make(long bytes) {
        cache.evict(Math.max(0, budget.limit() - bytes));
        if (budget.used() + bytes > budget.limit()) {
            upload.run();
            throttling.memoryIsFull();
        } else {
            throttling.appendWaits(acknowledged);
        }
    }
}
