package io.s3stream.core.append;

import io.s3stream.core.memory.AppendCost;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.Slab;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Appends that are in no frame: first those returned by an abandoned WAL, then new appends from callers. All of them
 * are charged to the budget. Owned by the append context; callers add to its inbox.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // only one thread writes it
final class AppendQueue {

    private final AppendInbox inbox;
    private final MemoryBudget budget;
    private final Deque<Enqueued> again = new ArrayDeque<>();
    private @Nullable Enqueued oldest;
    private @Nullable Enqueued newest;
    private volatile int waiting; // counts items taken from the inbox

    AppendQueue(AppendInbox inbox, MemoryBudget budget) {
        this.inbox = inbox;
        this.budget = budget;
    }

    /** Takes all items from the inbox. After that, the next caller to enqueue wakes the context again. */
    void takeIn() {
        Enqueued first = null;
        Enqueued last = null;
        int taken = 0;
        for (Enqueued item = inbox.takeAll(); item != null; taken++) {
            Enqueued older = item.next();
            item.link(first);
            first = item;
            last = last == null ? item : last;
            item = older;
        }
        if (first == null) {
            return;
        }
        if (newest == null) {
            oldest = first;
        } else {
            newest.link(first);
        }
        newest = last;
        waiting += taken;
    }

    /** Returns the number of items that were taken from the inbox and are in no frame yet. Callable from any thread. */
    int waiting() {
        return waiting;
    }

    boolean isEmpty() {
        return again.isEmpty() && oldest == null && inbox.isEmpty();
    }

    @Nullable
    Enqueued peek() {
        Enqueued first = again.peek();
        if (first != null) {
            return first;
        }
        if (oldest == null) {
            takeIn();
        }
        return oldest;
    }

    /** Removes the item that {@link #peek} returned. Its memory stays charged to the queue. */
    void remove() {
        Enqueued returned = again.poll();
        if (returned == null) {
            removeOldest();
        } else {
            letGo(returned);
        }
    }

    private static void letGo(Enqueued returned) {
        if (returned instanceof AppendGroup group) {
            group.letGo();
        }
    }

    /** Returns whether an abandoned WAL returned the next item. It comes before everything else. */
    boolean isNextTakenBack() {
        return !again.isEmpty();
    }

    /** Returns the number of items that abandoned WALs returned. */
    int takenBack() {
        return again.size();
    }

    /** Moves the first returned items behind the others, which the WAL received before them. */
    void moveBehind(int items) {
        for (int i = 0; i < items; i++) {
            again.add(again.remove());
        }
    }

    /**
     * Returns the appends of one frame to the queue, behind earlier returns. They stay together, because they may be
     * one group.
     *
     * @param slab contains the records; the queue takes a reference of its own
     */
    void takeBack(List<PendingAppend> appends, Slab slab) {
        if (appends.isEmpty()) {
            return;
        }
        int bytes = appends.stream().mapToInt(PendingAppend::encodedBytes).sum();
        AppendGroup group = new AppendGroup(appends, bytes, slab);
        again.add(group);
        slab.retain();
        budget.returnToQueue(bytes, AppendCost.ofObjects(appends.size()));
    }

    /** Removes the returned items. A WAL may have written them. */
    List<PendingAppend> drainTakenBack() {
        List<PendingAppend> appends = new ArrayList<>();
        for (Enqueued item = again.peek(); item != null; item = again.peek()) {
            appends.addAll(item.appends()); // before it is removed, so that an Error in between cannot lose it
            leave(item);
            letGo(again.remove());
        }
        return appends;
    }

    /** Removes the items that were never issued to a WAL. */
    List<PendingAppend> drainNew() {
        takeIn();
        List<PendingAppend> appends = new ArrayList<>();
        while (oldest != null) {
            appends.addAll(oldest.appends());
            leave(oldest);
            removeOldest();
        }
        return appends;
    }

    /** Ends the charge of the item's bytes. Only the objects of its appends stay charged. */
    private void leave(Enqueued item) {
        budget.leaveQueue(item.encodedBytes(), AppendCost.ofObjects(item.count()));
    }

    private void removeOldest() {
        Enqueued first = oldest;
        if (first == null) {
            return;
        }
        oldest = first.next();
        first.link(null); // an append that a caller keeps must not keep its successors in memory
        if (oldest == null) {
            newest = null;
        }
        waiting--;
    }
}
