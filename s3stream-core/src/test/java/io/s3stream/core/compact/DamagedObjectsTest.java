package io.s3stream.core.compact;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Tests when compaction treats an object as damaged [R44]. */
class DamagedObjectsTest {

    private final DamagedObjects damaged = new DamagedObjects();

    @Test
    void findingSeenTwiceIsConfirmed() {
        assertThat(damaged.isConfirmed(1, "byte 5")).isFalse();
        assertThat(damaged.isConfirmed(2, "byte 5")).isFalse();
        assertThat(damaged.isConfirmed(1, "byte 5")).isTrue();
        assertThat(damaged.isConfirmed(1, "byte 5")).as("it begins anew").isFalse();
    }

    @Test
    void differentFindingsDoNotConfirmEachOther() {
        assertThat(damaged.isConfirmed(1, "byte 5")).isFalse();
        assertThat(damaged.isConfirmed(1, "byte 3719")).isFalse();
        assertThat(damaged.isConfirmed(1, "gone")).isFalse();
        assertThat(damaged.isConfirmed(1, "byte 5"))
                .as("an object with two damaged places is confirmed, too")
                .isTrue();
    }

    @Test
    void damagedObjectIsSkippedForOneMinuteThenForOneHour() {
        damaged.leaveAlone(1, 0);
        assertThat(damaged.isLeftAlone(1, Duration.ofSeconds(59).toNanos())).isTrue();
        long later = Duration.ofSeconds(61).toNanos();
        assertThat(damaged.isLeftAlone(1, later)).isFalse();
        damaged.leaveAlone(1, later);
        assertThat(damaged.isLeftAlone(1, later + Duration.ofMinutes(59).toNanos()))
                .isTrue();
    }
}
