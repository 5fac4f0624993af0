package io.s3stream.core.append;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.core.memory.AppendCost;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.Slab;
import io.s3stream.core.memory.SlabPool;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AppendQueueTest {

    private final StreamTail tail = new StreamTail(1, 1, 0);
    private final MemoryBudget budget = new MemoryBudget(1 << 20);
    private final AppendInbox inbox = new AppendInbox();
    private final AppendQueue queue = new AppendQueue(inbox, budget);
    private final Slab slab = new SlabPool(512, 512, new MemoryBudget(1 << 20), 0).allocate(1);

    private PendingAppend enqueued(long offset) {
        PendingAppend append = Appends.at(tail, offset);
        budget.tryReserve(AppendCost.of(append.encodedBytes()));
        inbox.add(append);
        return append;
    }

    /** Removes the oldest item and its charge, as a frame does that contains it. */
    private PendingAppend framed(long offset) {
        PendingAppend append = enqueued(offset);
        queue.peek();
        queue.remove();
        budget.leaveQueue(append.encodedBytes(), AppendCost.OBJECT_BYTES);
        return append;
    }

    private List<PendingAppend> removeAll() {
        List<PendingAppend> removed = new ArrayList<>();
        for (Enqueued item = queue.peek(); item != null; item = queue.peek()) {
            removed.addAll(item.appends());
            queue.remove();
        }
        return removed;
    }

    @Test
    void appendsLeaveQueueInOrderOfArrival() {
        List<PendingAppend> arrived = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            arrived.add(enqueued(3L * i));
            arrived.add(enqueued(3L * i + 1));
            arrived.add(enqueued(3L * i + 2));
            queue.takeIn();
        }

        assertThat(removeAll()).isEqualTo(arrived);
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void returnedFramesPrecedeNewAppendsInTheOrderOfTheirReturn() {
        PendingAppend first = framed(0);
        PendingAppend second = framed(1);
        PendingAppend young = enqueued(2);
        queue.takeIn();

        queue.takeBack(List.of(first), slab);
        queue.takeBack(List.of(second), slab);

        assertThat(removeAll()).containsExactly(first, second, young);
    }

    /** A WAL is abandoned before it has received everything that the WAL before it returned. */
    @Test
    void framesOfTheNextWalPrecedeThoseItHasNotReceived() {
        PendingAppend first = framed(0);
        PendingAppend second = framed(1);
        queue.takeBack(List.of(first), slab);
        queue.takeBack(List.of(second), slab);
        queue.peek();
        queue.remove(); // issued to the next WAL
        int earlier = queue.takenBack();

        queue.takeBack(List.of(first), slab);
        queue.moveBehind(earlier);

        assertThat(removeAll()).containsExactly(first, second);
    }

    @Test
    void appendsOfReturnedFrameStayTogether() {
        PendingAppend first = framed(0);
        PendingAppend second = framed(1);

        queue.takeBack(List.of(first, second), slab);

        Enqueued item = queue.peek();
        assertThat(item).isInstanceOf(AppendGroup.class);
        assertThat(item.appends()).containsExactly(first, second);
        assertThat(item.encodedBytes()).isEqualTo(first.encodedBytes() + second.encodedBytes());
    }

    @Test
    void returnedAppendIsChargedToQueueAgain() {
        PendingAppend append = framed(0);
        assertThat(budget.queued()).isZero();
        assertThat(budget.used()).isEqualTo(AppendCost.OBJECT_BYTES);

        queue.takeBack(List.of(append), slab);
        assertThat(budget.queued()).isEqualTo(AppendCost.of(append.encodedBytes()));

        assertThat(queue.drainTakenBack()).containsExactly(append);
        assertThat(budget.queued()).isZero();
        assertThat(budget.used()).as("only the objects stay charged").isEqualTo(AppendCost.OBJECT_BYTES);
    }

    /** The WAL may release the frame before its records are written again. */
    @Test
    void returnedFrameKeepsItsSlabUntilItsRecordsAreElsewhere() {
        PendingAppend first = framed(0);
        PendingAppend second = framed(1);
        queue.takeBack(List.of(first), slab);
        queue.takeBack(List.of(second), slab);
        slab.release();

        queue.peek();
        queue.remove();
        assertThat(slab.retainIfAlive()).isTrue();
        slab.release();
        queue.drainTakenBack();

        assertThat(slab.retainIfAlive()).isFalse();
    }

    @Test
    void drainOfNewAppendsLeavesReturnedOnesInQueue() {
        PendingAppend returned = framed(0);
        queue.takeBack(List.of(returned), slab);
        PendingAppend taken = enqueued(1);
        queue.takeIn();
        PendingAppend inInbox = enqueued(2);

        assertThat(queue.drainNew()).containsExactly(taken, inInbox);
        assertThat(removeAll()).containsExactly(returned);
    }

    @Test
    void waitingCountsItemsTakenFromInbox() {
        enqueued(0);
        enqueued(1);
        assertThat(queue.waiting()).isZero();
        queue.takeIn();
        assertThat(queue.waiting()).isEqualTo(2);
        queue.remove();
        assertThat(queue.waiting()).isEqualTo(1);
    }

    /** A caller may keep its append for long. */
    @Test
    void removedAppendKeepsNoSuccessorInMemory() {
        PendingAppend first = enqueued(0);
        PendingAppend second = enqueued(1);
        queue.takeIn();
        assertThat(first.next()).isSameAs(second);

        queue.remove();

        assertThat(first.next()).isNull();
        assertThat(queue.peek()).isSameAs(second);
    }
}
