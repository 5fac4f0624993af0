package io.s3stream.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameRoomTest {

    private static final int KIB = 1 << 10;
    private static final int SLAB = 4096 * KIB;
    private static final int MAX = 12288 * KIB;

    private final FrameRoom room = new FrameRoom(SLAB, MAX);

    @Test
    void firstSlabIsOrdinary() {
        assertThat(room.wanted()).isLessThanOrEqualTo(0);
        assertThat(room.nextSlabBytes()).isEqualTo(SLAB);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 100, 400, 600, 1000, 1900, 2100, 3000, 4096, 5000, 8000, 11000, 12288})
    void slabHoldsWholeFramesAndLittleMore(int kib) {
        int frame = kib * KIB;
        room.onFrame(frame);

        int slab = room.nextSlabBytes();

        int frames = 0;
        int used = 0;
        for (; room.wanted() <= slab - used && used + frame <= slab; used += frame) {
            frames++;
        }
        assertThat(frames).isGreaterThanOrEqualTo(1);
        assertThat(used).as("bytes used of %d", slab).isGreaterThan(slab * 7 / 10);
    }

    @Test
    void expectationFollowsSmallerFramesSlowly() {
        room.onFrame(2000 * KIB);
        room.onFrame(100 * KIB);
        assertThat(room.wanted()).isGreaterThan(1900 * KIB);
        for (int i = 0; i < 40; i++) {
            room.onFrame(100 * KIB);
        }
        assertThat(room.wanted()).isLessThanOrEqualTo(120 * KIB);
    }

    @Test
    void hugeFrameCostsSmallOnesNoSlabsOfTheirOwn() {
        room.onFrame(16 * SLAB);
        int rest = room.nextSlabBytes();
        assertThat(rest).isEqualTo(MAX);
        for (int i = 0; i < 20; i++) {
            rest -= 4 * KIB;
            room.onFrame(4 * KIB);
            assertThat(room.wanted()).as("frame %d", i).isLessThanOrEqualTo(rest);
        }
    }

    @Test
    void cutDoublesExpectationUpToMaximum() {
        room.onCut(SLAB);
        assertThat(room.nextSlabBytes()).isGreaterThanOrEqualTo(2 * SLAB);
        room.onCut(2 * SLAB);
        assertThat(room.nextSlabBytes()).isEqualTo(MAX);
    }

    @Test
    void withoutMaximumAllSlabsAreOrdinary() {
        FrameRoom none = new FrameRoom(SLAB, 0);
        none.onFrame(SLAB);
        none.onCut(SLAB);
        assertThat(none.wanted()).isLessThanOrEqualTo(1);
        assertThat(none.nextSlabBytes()).isEqualTo(SLAB);
    }
}
