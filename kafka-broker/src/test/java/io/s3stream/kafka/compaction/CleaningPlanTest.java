package io.s3stream.kafka.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.StreamRange;
import io.s3stream.kafka.catalogue.TopicConfigs;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When a cleaning is due, and how its progress is kept. */
class CleaningPlanTest {

    private static final List<StreamRange> RANGES =
            List.of(new StreamRange(0, 100, "a", 1000), new StreamRange(100, 200, "b", 3000));

    @Test
    void rangesThatAnOffsetCutsCountByTheirOffsets() {
        CleaningPlan plan = CleaningPlan.of(50, 150, RANGES);
        assertThat(plan.cleanBytes()).isEqualTo(500);
        assertThat(plan.dirtyBytes()).isEqualTo(500 + 1500);
        assertThat(plan.dirtyRatio()).isEqualTo(0.8);
    }

    @Test
    void dueByRatioOrByAge() {
        CleaningPlan plan = CleaningPlan.of(100, 150, RANGES); // 1500 of 2500 bytes
        assertThat(plan.isDue(configs("min.cleanable.dirty.ratio", "0.5"), -1, 0))
                .isTrue();
        assertThat(plan.isDue(configs("min.cleanable.dirty.ratio", "0.7"), -1, 0))
                .isFalse();
        TopicConfigs old = TopicConfigs.of(Map.of("min.cleanable.dirty.ratio", "1", "max.compaction.lag.ms", "1000"));
        assertThat(plan.isDue(old, 5000, 6000)).isTrue();
        assertThat(plan.isDue(old, 5001, 6000)).isFalse();
        assertThat(CleaningPlan.of(200, 200, RANGES).isDue(old, 1, 6000)).isFalse();
    }

    private static TopicConfigs configs(String key, String value) {
        return TopicConfigs.of(Map.of(key, value));
    }

    @Test
    void tombstonesMayGoWhenTheirPassIsOldEnough() {
        CleaningProgress progress = CleaningProgress.NONE.after(10, 1000, 800).after(20, 1050, 800);
        assertThat(progress.passes()).as("soon after the first").hasSize(1);
        progress = progress.after(30, 1100, 800);
        assertThat(progress.cleanedTo()).isEqualTo(30);
        assertThat(progress.removableBefore(1799, 800)).isZero();
        assertThat(progress.removableBefore(1800, 800)).isEqualTo(10);
        assertThat(progress.removableBefore(1900, 800)).isEqualTo(30);
    }

    @Test
    void progressIsKeptInTags() {
        CleaningProgress progress = CleaningProgress.NONE.after(10, 1000, 8).after(20, 2000, 8);
        Map<String, String> tags = progress.in(Map.of("other", "kept"));
        assertThat(tags).containsEntry("other", "kept");
        assertThat(CleaningProgress.ofTags(tags)).isEqualTo(progress);
        assertThat(CleaningProgress.ofTags(Map.of("other", "kept"))).isEqualTo(CleaningProgress.NONE);
        assertThat(CleaningProgress.ofTags(CleaningProgress.NONE.in(Map.of()))).isEqualTo(CleaningProgress.NONE);
    }

    @Test
    void progressStaysSmall() {
        CleaningProgress progress = CleaningProgress.NONE;
        for (int i = 1; i < 10_000; i++) {
            progress = progress.after(i, i * 10L, 1000);
            assertThat(progress.passes()).hasSizeLessThan(12);
        }
        assertThat(progress.removableBefore(99_990, 1000)).isGreaterThan(9_800 - 1000 / 8);
    }
}
