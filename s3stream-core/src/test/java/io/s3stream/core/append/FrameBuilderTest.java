package io.s3stream.core.append;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.RecordBatch;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.Slab;
import io.s3stream.core.memory.SlabPool;
import io.s3stream.layout.FrameFormat;
import io.s3stream.layout.RecordFormat;
import org.junit.jupiter.api.Test;

class FrameBuilderTest {

    private static final int ALIGNMENT = 512;
    private static final int TARGET = 2 * ALIGNMENT;
    private static final int SLAB = 4 * ALIGNMENT;

    private final StreamTail tail = new StreamTail(7, 1, 0);
    private final SlabPool pool = new SlabPool(SLAB, ALIGNMENT, new MemoryBudget(1 << 20), 0);
    private final FrameBuilder builder = new FrameBuilder(pool, ALIGNMENT, TARGET);

    private PendingAppend add(long offset, int encodedBytes) {
        PendingAppend append = Appends.at(tail, offset, Appends.payloadOf(encodedBytes));
        if (builder.needsSlab(encodedBytes)) {
            assertThat(builder.takeSlab(encodedBytes)).isTrue();
        }
        builder.add(append);
        return append;
    }

    private void issue() {
        builder.prepare();
        builder.issued();
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
        issue();
        add(1, 2 * ALIGNMENT - FrameFormat.HEADER_BYTES);
        issue();

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

        assertThat(builder.slab().capacity()).isEqualTo(FrameFormat.paddedBytes(10 * SLAB, ALIGNMENT));
    }

    @Test
    void recordsFollowFrameHeaderInOrder() {
        PendingAppend first = add(5, 100);
        PendingAppend second = add(6, 60);

        var memory = builder.slab().memory();
        int end = RecordFormat.checkHeader(memory, FrameFormat.HEADER_BYTES, SLAB);
        assertThat(first.place()).isEqualTo(FrameFormat.HEADER_BYTES);
        assertThat(second.place()).isEqualTo(end);
        assertThat(RecordFormat.streamId(memory, end)).isEqualTo(7);
        assertThat(RecordFormat.baseOffset(memory, end)).isEqualTo(6);
        assertThat(builder.bodyBytes()).isEqualTo(160);
    }

    /** After a WAL was abandoned, the caller's buffer has other contents. */
    @Test
    void recordMovesFromAnotherSlab() {
        byte[] payload = {1, 2, 3};
        PendingAppend append = new PendingAppend(tail, RecordBatch.of(payload, 0));
        append.takeOffset(5);
        builder.takeSlab(append.encodedBytes());
        builder.add(append);
        Slab before = append.slab();
        before.retain();
        payload[0] = 9;
        FrameBuilder other = new FrameBuilder(pool, 1, TARGET);
        other.takeSlab(append.encodedBytes());

        other.add(append);

        assertThat(append.slab()).isSameAs(other.slab()).isNotSameAs(before);
        RecordFormat.checkPayload(other.slab().memory(), append.place());
        assertThat(other.slab().memory().slice(append.place(), append.encodedBytes()))
                .isEqualTo(before.memory().slice(FrameFormat.HEADER_BYTES, append.encodedBytes()));
        before.release();
    }

    @Test
    void nextFrameBeginsBehindPaddingOfIssuedFrame() {
        add(0, 100);
        issue();

        assertThat(builder.isEmpty()).isTrue();
        assertThat(builder.start()).isEqualTo(ALIGNMENT);
        assertThat(add(1, 100).place()).isEqualTo(ALIGNMENT + FrameFormat.HEADER_BYTES);
    }

    @Test
    void slabWithoutRoomForAnotherFrameIsReleased() {
        add(0, SLAB - ALIGNMENT - FrameFormat.HEADER_BYTES);
        issue();
        assertThat(pool.outstandingBytes()).as("room for one more frame").isEqualTo(SLAB);

        add(1, 100);
        issue();
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
}
