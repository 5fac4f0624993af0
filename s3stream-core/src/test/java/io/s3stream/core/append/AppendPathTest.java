package io.s3stream.core.append;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.OffsetStamp;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.errors.AppendFailedException.Outcome;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.append.rules.ClaimRule;
import io.s3stream.core.append.rules.OffsetRule;
import io.s3stream.core.cache.WriteCache;
import io.s3stream.core.memory.AppendCost;
import io.s3stream.core.memory.AppendMemory;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.Slab;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metrics.StoreMetrics;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Appends that meet a failure, a gap or scarce memory at a known moment. */
class AppendPathTest {

    private static final int SLAB = 8 << 10;
    private static final int TARGET = 4 << 10;
    private static final int LIMIT = 1 << 20;

    private final Simulator simulator = new Simulator(1);
    private final MemoryBudget budget = new MemoryBudget(LIMIT);
    private final SlabPool pool = new SlabPool(SLAB, 4096, budget, 0);
    private final WriteCache cache = new WriteCache(budget, StoreMetrics.none().memory(), CommittedPosition.NONE);
    private RecordingLog wal = new RecordingLog(512, 1);
    private final StreamTail tail = new StreamTail(1, 1, 0);
    private AppendSequencer sequencer = newSequencer();

    private AppendSequencer newSequencer() {
        SimNode node = new SimNode(simulator, "node", step -> false);
        return new AppendSequencer(
                new AppendSequencer.Collaborators(
                        node, node.serialContext("append"), new AppendMemory(budget, pool), cache, StoreMetrics.none()),
                wal.open(1, 1),
                new AppendOptions(0, profile -> TARGET, Duration.ofSeconds(1), Duration.ofDays(36_500), null),
                new AppendSequencer.Parts(new AckOrder(), new AppendInbox(), new ClaimRule()),
                new AppendListener() {
                    @Override
                    public void onDurable() {}

                    @Override
                    public void onPressure() {}

                    @Override
                    public void onWalFailure(StreamException reason) {
                        throw reason;
                    }
                });
    }

    private PendingAppend enter(int payloadBytes) {
        PendingAppend append = new PendingAppend(tail, RecordBatch.of(new byte[payloadBytes], 1));
        assertThat(budget.tryReserve(AppendCost.of(append.encodedBytes())))
                .as("admission with " + budget.used() + " bytes used")
                .isTrue();
        tail.append(append, OptionalLong.empty(), OffsetStamp.NONE, sequencer, new OffsetRule());
        return append;
    }

    private void copy(PendingAppend append) {
        sequencer.copy(append);
        sequencer.wake();
        run();
    }

    private PendingAppend append(int payloadBytes) {
        PendingAppend append = enter(payloadBytes);
        copy(append);
        return append;
    }

    private void run() {
        simulator.runFor(Duration.ofMillis(1).toNanos());
    }

    private void answerAll() {
        while (wal.inFlight() > 0) {
            wal.answer(0);
            run();
        }
    }

    @Test
    void callerThatCopiesAfterTheStoreHasFailedIsNotified() {
        append(10);
        append(10); // waits for the WAL, whose answer would wake the context
        PendingAppend slow = enter(10);
        sequencer.fail(new StreamException(StreamException.Kind.CLOSED, "closed"), Outcome.UNKNOWN);
        run();

        copy(slow);

        assertThat(slow.isCompletedExceptionally()).isTrue();
        answerAll();
        assertThat(pool.outstandingBytes()).isZero();
        assertThat(budget.used()).isZero();
    }

    @Test
    void slabOfLargeAppendIsFreeOnceItIsUploaded() {
        PendingAppend large = append(LIMIT / 2 - 100);
        answerAll();
        assertThat(large).isCompleted();
        cache.clear();

        append(LIMIT / 2 - 100);
        answerAll();
    }

    @Test
    void frameThatLingersWaitsForItsCallers() {
        wal = new RecordingLog(512, 1, Duration.ofMillis(100), 0);
        sequencer = newSequencer();
        PendingAppend early = enter(10);
        PendingAppend slow = enter(10);
        Slab place = early.slab();
        copy(early);
        copy(slow);

        simulator.runFor(Duration.ofMillis(200).toNanos());
        answerAll();

        assertThat(slow).isCompleted();
        assertThat(early.slab()).isSameAs(place);
    }

    /** A slab that was read refers to all later ones, and a caller may keep a result for long. */
    @Test
    void copiedAppendForgetsItsClaim() {
        PendingAppend append = enter(10);
        assertThat(append.claimed()).isNotNull();

        copy(append);

        assertThat(append.claimed()).isNull();
    }

    @Test
    void idleFrameFollowsClaimThatWasWithdrawn() {
        append(10);
        PendingAppend slow = enter(10);
        answerAll(); // the WAL is not idle, because a claim waits
        sequencer.withdraw(slow);
        sequencer.wake();
        run();

        simulator.runFor(Duration.ofSeconds(2).toNanos());

        assertThat(wal.frames).hasSize(2);
    }

    @Test
    void appendsAfterGapAreWrittenInPlace() {
        PendingAppend early = enter(10);
        PendingAppend slow = enter(10);
        copy(early); // the WAL is idle, so this one is copied
        copy(slow);
        answerAll();

        PendingAppend later = enter(10);
        Slab place = later.slab();
        copy(later);
        answerAll();

        assertThat(later).isCompleted();
        assertThat(later.slab()).isSameAs(place);
    }
}
