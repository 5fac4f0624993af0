package io.s3stream.core.append;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.core.append.rules.OffsetRule;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Callers that write their records themselves, at any pace. */
class AppendScheduleTest {

    private static final int SEEDS = Integer.getInteger("schedule.seeds", 300);

    private static void run(AppendSchedule.Rules rules) {
        run(rules, AppendSchedule::run);
    }

    private static void run(AppendSchedule.Rules rules, Consumer<AppendSchedule> schedule) {
        run(rules, new OffsetRule(), schedule);
    }

    private static void run(AppendSchedule.Rules rules, OffsetRule offsets, Consumer<AppendSchedule> schedule) {
        for (long seed = Long.getLong("schedule.first", 1L); seed <= SEEDS; seed++) {
            try {
                schedule.accept(new AppendSchedule(seed, rules, offsets));
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed + ": " + e, e);
            }
        }
    }

    @Test
    void everyAppendIsInTheLogOnceAndInOrder() {
        run(schedule -> schedule.new Rule());
    }

    @Test
    void everyAppendEndsWhenTheStoreFails() {
        run(schedule -> schedule.new Rule(), AppendSchedule::runAndFail);
    }

    @Test
    void recordPublishedBeforeItsCopyIsNoticed() {
        assertNoticed(schedule -> schedule.new Rule() {
            @Override
            public boolean publishesFirst() {
                return true;
            }
        });
    }

    @Test
    void frameEndedBeforeItsCallersIsNoticed() {
        assertNoticed(schedule -> schedule.new Rule() {
            @Override
            public boolean endsIncompleteFrames() {
                return true;
            }
        });
    }

    @Test
    void slabReleasedUnderSlowCallerIsNoticed() {
        assertNoticed(schedule -> schedule.new Rule() {
            @Override
            public boolean releasesEarly() {
                return true;
            }
        });
    }

    /** As if the lock of a stream were released between the offset and the place of an append. */
    @Test
    void placesInAnotherOrderThanOffsetsAreNoticed() {
        OffsetRule early = new OffsetRule() {
            @Override
            public boolean precedesEnqueuing() {
                return true;
            }
        };
        AppendSchedule.Rules overtaken = schedule -> schedule.new Rule() {
            @Override
            public void onClaim() {
                schedule.enterInBetween();
            }
        };

        assertThatThrownBy(() -> run(overtaken, early, AppendSchedule::run))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("continues with offset");
    }

    private static void assertNoticed(AppendSchedule.Rules rules) {
        assertThatThrownBy(() -> run(rules)).isInstanceOf(AssertionError.class);
    }
}
