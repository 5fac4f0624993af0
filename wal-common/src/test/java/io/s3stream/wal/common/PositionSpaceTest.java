package io.s3stream.wal.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PositionSpaceTest {

    private static final int FRAME = 300;

    private final PositionSpace space = new PositionSpace(1000, 2000);

    private long append(int bytes) {
        long position = space.reserve(bytes);
        assertThat(space.use(position, bytes)).isTrue();
        return position;
    }

    @Test
    void frameThatDoesNotFitBeginsAtNextPart() {
        assertThat(append(FRAME)).isZero();
        assertThat(append(FRAME)).isEqualTo(300);
        assertThat(append(FRAME)).isEqualTo(600);
        assertThat(append(FRAME)).as("100 bytes are left in the part").isEqualTo(1000);
        assertThat(space.used()).as("the skipped bytes count").isEqualTo(1300);
    }

    @Test
    void frameThatFillsPartExactlyStaysInIt() {
        assertThat(append(700)).isZero();
        assertThat(append(FRAME)).isEqualTo(700);
        assertThat(append(FRAME)).isEqualTo(1000);
    }

    @Test
    void fullSpaceIsRefusedUntilTrimmed() {
        append(1000);
        append(1000);
        assertThat(space.reserve(1)).isEqualTo(-1);
        space.trim(1000);
        assertThat(space.reserve(1000)).isEqualTo(2000);
        assertThat(space.used()).isEqualTo(2000);
    }

    @Test
    void skippedBytesNeedSpaceToo() {
        append(700);
        append(1000);
        assertThat(space.used()).isEqualTo(2000);
        assertThat(space.reserve(1)).isEqualTo(-1);
    }

    @Test
    void onlyLatestReservationIsUsedAndOnlyOnce() {
        long position = space.reserve(FRAME);
        assertThat(space.reserve(FRAME))
                .as("the earlier reservation is dropped")
                .isEqualTo(position);
        assertThat(space.use(position, FRAME - 1)).isFalse();
        assertThat(space.use(position + 1, FRAME)).isFalse();
        assertThat(space.use(position, FRAME)).isTrue();
        assertThat(space.use(position, FRAME)).isFalse();
    }

    @Test
    void reservationCountsAsUsedBeforeItsAppend() {
        space.reserve(FRAME);
        assertThat(space.used()).isEqualTo(FRAME);
    }

    @Test
    void trimNeverGoesBackNorBeyondEnd() {
        append(FRAME);
        space.trim(FRAME);
        space.trim(100);
        assertThat(space.used()).isZero();
        assertThatThrownBy(() -> space.trim(FRAME + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("trim to 301 is beyond the end of the log, 300");
    }

    @Test
    void withoutPartsEachFrameBeginsWhereTheLastOneEnded() {
        PositionSpace undivided = new PositionSpace(1L << 40);
        for (long position = 0; position < 10L * FRAME; position += FRAME) {
            assertThat(undivided.reserve(FRAME)).isEqualTo(position);
            assertThat(undivided.use(position, FRAME)).isTrue();
        }
    }
}
