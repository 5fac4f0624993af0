package io.s3stream.simulation.months;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.StoreConfig;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MonthsTest {

    /** The number of tiers that these bytes can reach. Each tier has a maximum number of objects. */
    private static final int TIERS = 6;

    private static final StoreConfig CONFIG =
            StoreConfig.builder().uploadInterval(Duration.ofMinutes(10)).build();

    @Test
    void sharedObjectsStayFewForAnyNumberOfStreams() {
        for (int streams : new int[] {10, 100, 400}) {
            List<Months.Day> days = new Months(new Traffic(streams, 16 << 10, 4096), CONFIG).run(20);
            assertThat(days)
                    .as("%d streams", streams)
                    .allSatisfy(day ->
                            assertThat(day.shared()).isLessThanOrEqualTo((long) TIERS * CONFIG.compactionFanout()));
        }
    }

    @Test
    void trimmedDataLeavesStorage() {
        List<Months.Day> days = new Months(new Traffic(50, 64 << 10, 4096), CONFIG).run(60);
        assertThat(days.subList(40, 60))
                .allSatisfy(day -> assertThat(day.stored()).isLessThan(day.live() * 9 / 8));
        // A month's retention is over. The store grows only for streams that were recently replaced at random.
        assertThat(days.get(59).stored()).isLessThan(days.get(39).stored() * 3 / 2);
        assertThat(days.get(59).ranges()).isLessThan(days.get(39).ranges() * 2);
    }

    @Test
    void sameTrafficGivesSameMonths() {
        Traffic traffic = new Traffic(20, 32 << 10, 4096);
        assertThat(new Months(traffic, CONFIG).run(3)).isEqualTo(new Months(traffic, CONFIG).run(3));
    }
}
