package io.s3stream.layout;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FrameHeaderTest {

    private final FrameHeader frame = FrameHeader.toSeal(1, 10, 20, 30, 29, 4096, 77);

    @Test
    void nextFrameOfGenerationFollows() {
        assertThat(frame.follows(10, 20, 29, 77, 4096)).isTrue();
    }

    @Test
    void frameOfOtherGenerationDoesNotFollow() {
        assertThat(frame.follows(11, 20, 29, 77, 4096)).isFalse();
        assertThat(frame.follows(10, 21, 29, 77, 4096)).isFalse();
    }

    @Test
    void gapOrRepetitionDoesNotFollow() {
        assertThat(frame.follows(10, 20, 28, 77, 4096)).isFalse();
        assertThat(frame.follows(10, 20, 30, 77, 4096)).isFalse();
    }

    @Test
    void frameWithOtherChainDoesNotFollow() {
        assertThat(frame.follows(10, 20, 29, 78, 4096)).isFalse();
    }

    @Test
    void frameOfOlderLapDoesNotFollow() {
        assertThat(frame.follows(10, 20, 29, 77, 8192)).isFalse();
    }

    @Test
    void unsealedHeaderHasNeitherBodyNorChain() {
        assertThat(frame.bodyBytes()).isZero();
        assertThat(frame.chain()).isZero();
    }
}
