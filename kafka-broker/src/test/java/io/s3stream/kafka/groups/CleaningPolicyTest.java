package io.s3stream.kafka.groups;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A log has at most about twice its live bytes, or the minimum. */
class CleaningPolicyTest {

    private final CleaningPolicy policy = new CleaningPolicy(100);

    @Test
    void cleaningIsDueAtTheMinimum() {
        policy.loaded(60);
        policy.appended(39);
        assertThat(policy.isDue()).isFalse();
        policy.appended(1);
        assertThat(policy.isDue()).isTrue();
    }

    @Test
    void cleaningIsDueAtTwiceTheLiveBytes() {
        policy.appended(500);
        policy.rewritten(200);
        policy.ended(true);
        policy.appended(199);
        assertThat(policy.isDue()).isFalse();
        policy.appended(1);
        assertThat(policy.isDue()).isTrue();
    }

    @Test
    void failedCleaningWaitsUntilTheLogHasGrown() {
        policy.appended(100);
        policy.ended(false);
        assertThat(policy.isDue()).isFalse();
        policy.appended(100);
        assertThat(policy.isDue()).isTrue();
    }
}
