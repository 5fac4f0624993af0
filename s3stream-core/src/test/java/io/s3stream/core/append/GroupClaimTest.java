package io.s3stream.core.append;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.OffsetStamp;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.append.rules.ClaimRule;
import io.s3stream.core.cache.WriteCache;
import io.s3stream.core.memory.AppendMemory;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metrics.StoreMetrics;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GroupClaimTest {

    private static final int ALIGNMENT = 512;

    private final StreamTail first = new StreamTail(1, 1, 100);
    private final StreamTail second = new StreamTail(2, 1, 200);
    private boolean claimFails;
    private final ClaimRule rule = new ClaimRule() {
        @Override
        public void onClaim() {
            if (claimFails) {
                throw new StackOverflowError("injected");
            }
        }
    };
    private final List<Enqueued> entered = new ArrayList<>();
    private final AppendSequencer sequencer = sequencer();

    private AppendSequencer sequencer() {
        SimNode node = new SimNode(new Simulator(1), "node", step -> false);
        MemoryBudget budget = new MemoryBudget(1 << 20);
        StoreMetrics metrics = StoreMetrics.none();
        AppendMemory memory = new AppendMemory(budget, new SlabPool(1 << 16, ALIGNMENT, budget, 0));
        WriteCache cache = new WriteCache(budget, metrics.memory(), CommittedPosition.NONE);
        return new AppendSequencer(
                new AppendSequencer.Collaborators(node, node.serialContext("append"), memory, cache, metrics),
                new TestLog(ALIGNMENT, 3, 1 << 16).open(1, 1),
                new AppendOptions(0, profile -> 1 << 16, Duration.ofSeconds(1), Duration.ofSeconds(1), null),
                new AppendSequencer.Parts(new AckOrder(), new AppendInbox(), rule),
                new AppendListener() {
                    @Override
                    public void onDurable() {}

                    @Override
                    public void onPressure() {}

                    @Override
                    public void onWalFailure(StreamException reason) {}
                });
    }

    private GroupClaim enqueue(PendingAppend... appends) {
        return enqueue(OffsetStamp.NONE, appends);
    }

    private GroupClaim enqueue(OffsetStamp stamp, PendingAppend... appends) {
        GroupClaim claim = new GroupClaim(List.of(appends));
        List<AppendGate.Part> parts = Stream.of(appends)
                .map(append -> new AppendGate.Part(append.tail(), RecordBatch.of("x", 1), stamp))
                .toList();
        AppendGroup group = Appends.group(appends);
        claim.enqueue(group, parts, sequencer);
        entered.add(group);
        return claim;
    }

    @Test
    void groupTakesConsecutiveOffsetsOfEachStream() {
        PendingAppend one = Appends.at(second, 0);
        PendingAppend two = Appends.at(first, 0);
        PendingAppend three = Appends.at(second, 0);

        enqueue(one, two, three).settle();

        assertThat(List.of(one.baseOffset(), two.baseOffset(), three.baseOffset()))
                .containsExactly(200L, 100L, 201L);
        assertThat(first.nextOffset()).isEqualTo(101);
        assertThat(second.nextOffset()).isEqualTo(202);
    }

    @Test
    void groupIsEnqueuedAsOneItem() {
        PendingAppend one = Appends.at(first, 0);
        PendingAppend two = Appends.at(second, 0);

        enqueue(one, two);

        assertThat(entered).hasSize(1);
        assertThat(entered.get(0).claimed()).isNotNull();
        assertThat(entered.get(0).appends()).containsExactly(one, two);
    }

    @Test
    void stampGetsTheOffsetOfItsBatch() {
        List<Long> stamped = new ArrayList<>();

        enqueue((offset, payload) -> stamped.add(offset), Appends.at(second, 0), Appends.at(first, 0));

        assertThat(stamped).containsExactly(200L, 100L);
    }

    @Test
    void failedStampOfOneBatchLeavesAllOffsetsUnchanged_R37() {
        OffsetStamp failing = (offset, payload) -> {
            if (offset == 201) {
                throw new IllegalStateException("simulated");
            }
        };

        assertThatThrownBy(() -> enqueue(failing, Appends.at(second, 0), Appends.at(first, 0), Appends.at(second, 0)))
                .hasMessage("simulated");

        assertThat(first.nextOffset()).isEqualTo(100);
        assertThat(second.nextOffset()).isEqualTo(200);
        assertThat(sequencer.waiting()).isZero();
    }

    /** Otherwise two batches would get the same offset. */
    @Test
    void stampOfGroupCannotAppendToItsStreams() {
        OffsetStamp nested = (offset, payload) -> enqueue(Appends.at(first, 0));

        assertThatThrownBy(() -> enqueue(nested, Appends.at(first, 0), Appends.at(second, 0)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("an OffsetStamp appends to the stream");

        assertThat(first.nextOffset()).isEqualTo(100);
    }

    @Test
    void streamThatStampClosesRefusesItsGroup() {
        OffsetStamp closing = (offset, payload) -> second.refuse(new StoreClosedException("closing"));

        assertThatThrownBy(() -> enqueue(closing, Appends.at(first, 0), Appends.at(second, 0)))
                .isInstanceOf(StoreClosedException.class);

        assertThat(first.nextOffset()).isEqualTo(100);
        assertThat(second.nextOffset()).isEqualTo(200);
        assertThat(sequencer.waiting()).isZero();
    }

    /** The calling thread may die between its claim and its wake-up. */
    @Test
    void streamAppliesEndedClaimAtItsNextUse() {
        enqueue(Appends.at(first, 0));
        assertThat(first.nextOffset()).isEqualTo(101);
    }

    @Test
    void refusalOfOneStreamLeavesAllOffsetsUnchanged() {
        second.refuse(new StoreClosedException("closing"));

        assertThatThrownBy(() -> enqueue(Appends.at(first, 0), Appends.at(second, 0)))
                .isInstanceOf(StoreClosedException.class);

        assertThat(first.nextOffset()).isEqualTo(100);
        assertThat(second.nextOffset()).isEqualTo(200);
        assertThat(sequencer.waiting()).isZero();
    }

    @Test
    void errorWhileGroupIsEnqueuedTakesNoOffset_R37() {
        claimFails = true;

        assertThatThrownBy(() -> enqueue(Appends.at(first, 0), Appends.at(second, 0)))
                .isInstanceOf(StackOverflowError.class);

        assertThat(first.nextOffset()).isEqualTo(100);
        assertThat(second.nextOffset()).isEqualTo(200);
    }

    @Test
    void streamAcceptsNextGroupAfterFailedOne() {
        claimFails = true;
        assertThatThrownBy(() -> enqueue(Appends.at(first, 0))).isInstanceOf(StackOverflowError.class);
        claimFails = false;
        PendingAppend next = Appends.at(first, 0);

        enqueue(next);

        assertThat(next.baseOffset()).isEqualTo(100);
    }
}
