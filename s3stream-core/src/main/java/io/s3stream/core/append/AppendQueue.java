package io.s3stream.core.append;

import io.s3stream.core.memory.MemoryBudget;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import org.jctools.queues.MpscUnboundedArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Appends that are in no frame: those that were taken back from a WAL first, then what callers have enqueued. All of them
 * are charged to the budget. Any thread adds; the rest belongs to the append context.
 */
final class AppendQueue {

    private final MpscUnboundedArrayQueue<Enqueued> queue = new MpscUnboundedArrayQueue<>(1024);
    private final Deque<Enqueued> again = new ArrayDeque<>();
    private final MemoryBudget budget;

    AppendQueue(MemoryBudget budget) {
        this.budget = budget;
    }

    void add(Enqueued item) {
        queue.add(item);
    }

    /** How many items callers have enqueued that are in no frame yet, more or less. Any thread. */
    int waiting() {
        return queue.size();
    }

    boolean isEmpty() {
        return again.isEmpty() && queue.isEmpty();
    }

    @Nullable
    Enqueued peek() {
        Enqueued first = again.peek();
        return first != null ? first : queue.peek();
    }

    /** Removes what {@link #peek} answered; it stays charged. */
    void remove() {
        if (again.poll() == null) {
            queue.poll();
        }
    }

    /** Takes back the appends of one frame, behind those taken back before. They stay together: they may be one group. */
    void takeBack(List<PendingAppend> appends) {
        if (appends.isEmpty()) {
            return;
        }
        int bytes = appends.stream().mapToInt(PendingAppend::encodedBytes).sum();
        budget.charge(bytes);
        again.add(appends.size() == 1 ? appends.get(0) : new AppendGroup(appends, bytes));
    }

    /** Removes and releases what was taken back: a WAL may have written it. */
    List<PendingAppend> drainTakenBack() {
        return drain(again);
    }

    /** Removes and releases what no WAL has seen. */
    List<PendingAppend> drainNew() {
        return drain(queue);
    }

    private List<PendingAppend> drain(Queue<Enqueued> from) {
        List<PendingAppend> appends = new ArrayList<>();
        for (Enqueued item = from.poll(); item != null; item = from.poll()) {
            budget.release(item.encodedBytes());
            if (item instanceof AppendGroup group) {
                appends.addAll(group.appends());
            } else if (item instanceof PendingAppend append) {
                appends.add(append);
            }
        }
        return appends;
    }
}
