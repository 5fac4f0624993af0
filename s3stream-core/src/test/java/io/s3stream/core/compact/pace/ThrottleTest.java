package io.s3stream.core.compact.pace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ThrottleTest {

    private static final long MIB = 1 << 20;
    private static final long SECOND = 1_000_000_000;

    private final Throttle throttle = new Throttle(MIB);

    @Test
    void requestWaitsForEarlierRequests() {
        assertThat(throttle.admit(MIB, -5)).isZero();
        assertThat(throttle.admit(2 * MIB, -5)).isEqualTo(SECOND);
        assertThat(throttle.admit(MIB, SECOND - 5)).isEqualTo(2 * SECOND);
    }

    @Test
    void idleTimeIsNotSaved() {
        throttle.admit(MIB, 0);
        assertThat(throttle.admit(MIB, 100 * SECOND)).isZero();
        assertThat(throttle.admit(MIB, 100 * SECOND)).isEqualTo(SECOND);
    }

    @Test
    void rateOfSmallRequestsIsLimited() {
        throttle.admit(0, 0);
        long wait = 0;
        for (int i = 0; i < 16; i++) {
            wait = throttle.admit(1, 0);
        }
        assertThat(wait).isEqualTo(SECOND);
    }
}
