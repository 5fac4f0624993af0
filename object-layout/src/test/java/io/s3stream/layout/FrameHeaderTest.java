package io.s3stream.layout;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FrameHeaderTest {

    private final FrameHeader frame = FrameHeader.toSeal(1, 10, 20, 30, 29, 4096, 77);

    @Test
    void theNextFrameOfTheGenerationFollows() {
        assertThat(frame.follows(10, 20, 29, 77, 4096)).isTrue();
    }

    @Test
    void aFrameOfAnotherGenerationDoesNotFollow() {
        assertThat(frame.follows(11, 20, 29, 77, 4096)).isFalse();
        assertThat(frame.follows(10, 21, 29, 77, 4096)).isFalse();
    }

    @Test
    void aGapOrARepetitionDoesNotFollow() {
        assertThat(frame.follows(10, 20, 28, 77, 4096)).isFalse();
        assertThat(frame.follows(10, 20, 30, 77, 4096)).isFalse();
    }

    @Test
    void aFrameThatChainsFromAnotherDoesNotFollow() {
        assertThat(frame.follows(10, 20, 29, 78, 4096)).isFalse();
    }

    @Test
    void aFrameOfAnOlderLapAtThisPlaceDoesNotFollow() {
        assertThat(frame.follows(10, 20, 29, 77, 8192)).isFalse();
    }

    @Test
    void aHeaderToSealHasNeitherBodyNorChain() {
        assertThat(frame.bodyBytes()).isZero();
        assertThat(frame.chain()).isZero();
    }
}
