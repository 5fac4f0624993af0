package io.s3stream.core.append;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.core.memory.FrameRoom;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.layout.FrameFormat;
import io.s3stream.layout.RecordFormat;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class FrameBuilderTest {

    private static final int ALIGNMENT = 512;
    private static final int TARGET = 2 * ALIGNMENT;
    private static final int SLAB = 4 * ALIGNMENT;

    private final StreamTail tail = new StreamTail(7, 1, 0);
    private final SlabPool pool = new SlabPool(SLAB, ALIGNMENT, new MemoryBudget(1 << 20), 0);
    private final FrameBuilder builder = new FrameBuilder(pool, ALIGNMENT, TARGET, new FrameRoom(SLAB, 0));

    private PendingAppend add(long offset, int encodedBytes) {
        PendingAppend append = Appends.at(tail, offset, Appends.payloadOf(encodedBytes));
        if (builder.needsSlab(encodedBytes)) {
            assertThat(builder.takeSlab(encodedBytes)).isTrue();
        }
        assertThat(builder.add(append)).isNull();
        return append;
    }

    @Test
    void frameWithRoomTakesNextAppend() {
        int room = TARGET - FrameFormat.HEADER_BYTES;
        add(0, 100);

        assertThat(builder.accepts(room - 100)).isTrue();
        add(1, room - 100);

        assertThat(builder.paddedBytes()).isEqualTo(TARGET);
        assertThat(builder.appends()).hasSize(2);
    }

    @Test
    void frameAtItsTargetRefusesNextAppend() {
        add(0, 100);
        assertThat(builder.accepts(TARGET - FrameFormat.HEADER_BYTES - 100 + 1)).isFalse();
    }

    @Test
    void frameAtEndOfSlabRefusesAppendBelowItsTarget() {
        add(0, 100);
        builder.finish(new ArrayList<>());
        add(1, 2 * ALIGNMENT - FrameFormat.HEADER_BYTES);
        builder.finish(new ArrayList<>());

        add(2, 100);

        assertThat(builder.start()).isEqualTo(3 * ALIGNMENT);
        assertThat(builder.accepts(ALIGNMENT - FrameFormat.HEADER_BYTES - 100)).isTrue();
        assertThat(builder.accepts(ALIGNMENT - FrameFormat.HEADER_BYTES - 100 + 1))
                .isFalse();
    }

    @Test
    void emptyFrameTakesAppendLargerThanSlab() {
        assertThat(builder.accepts(10 * SLAB)).isTrue();
        assertThat(builder.needsSlab(10 * SLAB)).isTrue();

        add(0, 10 * SLAB);

        assertThat(builder.current().capacity()).isEqualTo(FrameFormat.paddedBytes(10 * SLAB, ALIGNMENT));
    }

    @Test
    void recordsFollowFrameHeaderInOrder() {
        PendingAppend first = add(5, 100);
        PendingAppend second = add(6, 60);

        var memory = builder.current().memory();
        int end = RecordFormat.checkHeader(memory, FrameFormat.HEADER_BYTES, SLAB);
        assertThat(first.place()).isEqualTo(FrameFormat.HEADER_BYTES);
        assertThat(second.place()).isEqualTo(end);
        assertThat(RecordFormat.streamId(memory, end)).isEqualTo(7);
        assertThat(RecordFormat.baseOffset(memory, end)).isEqualTo(6);
        assertThat(builder.bodyBytes()).isEqualTo(160);
        assertThat(builder.payloadBytes()).isEqualTo(160 - 2 * RecordFormat.HEADER_BYTES);
    }

    @Test
    void groupThatCannotBeEncodedLeavesFrameUnchanged() {
        PendingAppend present = add(0, 100);
        AppendGroup group = Appends.group(Appends.at(tail, 1), Appends.at(tail, 2, SLAB));

        assertThat(builder.add(group)).isInstanceOf(RuntimeException.class);

        assertThat(builder.appends()).containsExactly(present);
        assertThat(builder.bodyBytes()).isEqualTo(100);
    }

    @Test
    void nextFrameBeginsBehindPaddingOfIssuedFrame() {
        add(0, 100);
        builder.finish(new ArrayList<>());

        assertThat(builder.isEmpty()).isTrue();
        assertThat(builder.start()).isEqualTo(ALIGNMENT);
        assertThat(add(1, 100).place()).isEqualTo(ALIGNMENT + FrameFormat.HEADER_BYTES);
    }

    @Test
    void slabWithoutRoomForAnotherFrameIsReleased() {
        add(0, SLAB - ALIGNMENT - FrameFormat.HEADER_BYTES);
        builder.finish(new ArrayList<>());
        assertThat(pool.outstandingBytes()).as("room for one more frame").isEqualTo(SLAB);

        add(1, 100);
        builder.finish(new ArrayList<>());
        assertThat(pool.outstandingBytes()).isZero();
    }

    @Test
    void abortedFrameReleasesItsSlabOnce() {
        add(0, 100);
        builder.abort();
        builder.abort();

        assertThat(builder.isEmpty()).isTrue();
        assertThat(pool.outstandingBytes()).isZero();
    }

    @Test
    void frameThatWouldProbablyBeCutBeginsInFreshSlab() {
        FrameBuilder lingering = new FrameBuilder(pool, ALIGNMENT, TARGET, new FrameRoom(SLAB, TARGET));
        int encoded = TARGET - FrameFormat.HEADER_BYTES;
        lingering.takeSlab(encoded);
        lingering.add(Appends.at(tail, 0, Appends.payloadOf(encoded)));
        lingering.finish(new ArrayList<>());
        assertThat(lingering.needsSlab(100)).as("rest of 2 blocks, frames of 2").isFalse();

        lingering.add(Appends.at(tail, 1, Appends.payloadOf(100)));
        lingering.finish(new ArrayList<>());

        assertThat(lingering.needsSlab(100)).as("rest of 1 block, frames of 2").isTrue();
        assertThat(lingering.hasRoom(100)).isTrue();
        assertThat(lingering.needsSlab(0)).as("an empty frame").isFalse();
        lingering.abort();
    }

    @Test
    void cutFrameMakesNextSlabLarger() {
        FrameBuilder lingering = new FrameBuilder(pool, ALIGNMENT, 4 * SLAB, new FrameRoom(SLAB, 4 * SLAB));
        lingering.takeSlab(100);
        lingering.add(Appends.at(tail, 0, Appends.payloadOf(SLAB - ALIGNMENT)));
        assertThat(lingering.accepts(ALIGNMENT)).isFalse();
        lingering.finish(new ArrayList<>());

        assertThat(lingering.needsSlab(100)).isTrue();
        lingering.takeSlab(100);

        assertThat(lingering.current().capacity()).isGreaterThanOrEqualTo(2 * (SLAB - ALIGNMENT));
        lingering.abort();
    }
}
