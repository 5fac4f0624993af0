package io.s3stream.kafka.partition;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The appends of one log that wait for memory, in the order of their calls. Guarded by the lock of the log. */
final class WaitingAppends {

    private final AppendBudget budget;
    private final ArrayDeque<PendingAppend> queue = new ArrayDeque<>();

    WaitingAppends(AppendBudget budget) {
        this.budget = budget;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Adds an append to the end. Returns false, without a change, if too many bytes wait already. */
    boolean offer(PendingAppend append) {
        if (!budget.tryReserve(append.bytes())) {
            return false;
        }
        queue.add(append);
        return true;
    }

    PendingAppend first() {
        return queue.element();
    }

    PendingAppend removeFirst() {
        PendingAppend append = queue.remove();
        budget.release(append.bytes());
        return append;
    }

    /** Removes all appends and returns them in order. */
    List<PendingAppend> removeAll() {
        List<PendingAppend> all = new ArrayList<>(queue);
        queue.clear();
        all.forEach(append -> budget.release(append.bytes()));
        return all;
    }
}
