package io.s3stream.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.simulation.world.CrashPoints;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

class SingleNodeSimulationTest {

    @Test
    void acknowledgedRecordsSurviveEverything() {
        Long only = Long.getLong("sim.seed");
        int seeds = only != null ? 1 : Integer.getInteger("sim.seeds", 200);
        long first = only != null ? only : Long.getLong("sim.firstSeed", 1);
        SortedMap<String, Integer> counts = Campaign.run(first, seeds, Campaign.ACTIONS);
        counts.forEach((what, n) -> System.out.printf("%8d  %s%n", n, what));
        if (seeds >= 200) {
            assertThat(CrashPoints.metTooRarely(counts, 20)).isEmpty();
            assertThat(counts.getOrDefault("stream sealed", 0)).isGreaterThan(5);
        }
    }

    /** As above, on a node without a disk. */
    @Test
    void walOnObjectStorageSurvivesEverything() {
        SortedMap<String, Integer> counts = Campaign.run(
                Long.getLong("sim.firstSeed", 1),
                Integer.getInteger("sim.seeds", 50),
                seed -> new SingleNodeScenario(seed, Campaign.ACTIONS).walOnObjectStorage());
        assertThat(counts).containsKeys("fault: request repeated", "fault: response lost", "fault: request late");
    }

    /** As above, on a node that changes its WAL all the time [R5, R9]. */
    @Test
    void recordsSurviveWalChanges() {
        int seeds = Integer.getInteger("sim.seeds", 100);
        SortedMap<String, Integer> counts = Campaign.run(
                Long.getLong("sim.firstSeed", 1),
                seeds,
                seed -> new SingleNodeScenario(seed, Campaign.ACTIONS).switchWals());
        if (seeds >= 100) {
            for (String step : List.of("prepared", "givenUp", "committed", "uploaded")) {
                assertThat(counts)
                        .hasEntrySatisfying(
                                "crash at switch." + step, n -> assertThat(n).isGreaterThan(5));
            }
            assertThat(counts).containsKeys("fault: I/O stalls", "switch done", "step wal.failed");
        }
    }

    @Test
    void sameSeedGivesSameHistory() {
        for (long seed = 1; seed <= 5; seed++) {
            assertThat(new SingleNodeScenario(seed, Campaign.ACTIONS).run().trace())
                    .isEqualTo(
                            new SingleNodeScenario(seed, Campaign.ACTIONS).run().trace());
        }
    }
}
