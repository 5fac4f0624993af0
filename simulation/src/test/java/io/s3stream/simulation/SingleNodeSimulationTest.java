package io.s3stream.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SortedMap;
import org.junit.jupiter.api.Test;

class SingleNodeSimulationTest {

    @Test
    void whatWasAcknowledgedSurvivesEverything() {
        Long only = Long.getLong("sim.seed");
        int seeds = only != null ? 1 : Integer.getInteger("sim.seeds", 200);
        long first = only != null ? only : Long.getLong("sim.firstSeed", 1);
        SortedMap<String, Integer> counts = Campaign.run(first, seeds, Campaign.ACTIONS);
        counts.forEach((what, n) -> System.out.printf("%8d  %s%n", n, what));
        if (seeds >= 200) {
            assertThat(CrashPoints.metTooRarely(counts, 20)).isEmpty();
        }
    }

    @Test
    void theSameSeedGivesTheSameHistory() {
        for (long seed = 1; seed <= 5; seed++) {
            assertThat(new SingleNodeScenario(seed, Campaign.ACTIONS).run().trace())
                    .isEqualTo(
                            new SingleNodeScenario(seed, Campaign.ACTIONS).run().trace());
        }
    }
}
