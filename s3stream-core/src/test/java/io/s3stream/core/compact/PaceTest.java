package io.s3stream.core.compact;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {

    private static final long MIB = 1 << 20;
    private static final long SECOND = 1_000_000_000;

    private final Pace pace = new Pace(MIB);

    @Test
    void eachRequestWaitsForThoseBefore() {
        assertThat(pace.admit(MIB, -5)).isZero();
        assertThat(pace.admit(2 * MIB, -5)).isEqualTo(SECOND);
        assertThat(pace.admit(MIB, SECOND - 5)).isEqualTo(2 * SECOND);
    }

    @Test
    void idleTimeIsNotSaved() {
        pace.admit(MIB, 0);
        assertThat(pace.admit(MIB, 100 * SECOND)).isZero();
        assertThat(pace.admit(MIB, 100 * SECOND)).isEqualTo(SECOND);
    }

    @Test
    void smallRequestsAreFewASecondToo() {
        pace.admit(0, 0);
        long wait = 0;
        for (int i = 0; i < 16; i++) {
            wait = pace.admit(1, 0);
        }
        assertThat(wait).isEqualTo(SECOND);
    }
}
