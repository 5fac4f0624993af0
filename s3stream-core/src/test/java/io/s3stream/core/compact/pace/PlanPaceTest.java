package io.s3stream.core.compact.pace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlanPaceTest {

    private final PlanPace pace = new PlanPace();

    @Test
    void longPlanningIsFollowedByMuchLongerRest() {
        assertThat(pace.rest(Long.MAX_VALUE)).as("before the first").isZero();
        pace.planned(1_000, 1_100);
        assertThat(pace.rest(1_100)).isEqualTo(5_000);
        assertThat(pace.rest(4_100)).isEqualTo(2_000);
        assertThat(pace.rest(6_100)).isZero();
        assertThat(pace.rest(7_000)).isZero();
    }

    @Test
    void clockMayStartAnywhere() {
        long began = Long.MAX_VALUE - 10;
        pace.planned(began, began + 20);
        assertThat(pace.rest(began + 20)).isEqualTo(1_000);
        assertThat(pace.rest(began + 1_020)).isZero();
    }
}
