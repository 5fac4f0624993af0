package io.s3stream.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SingleNodeSimulationTest {

    private static final int ACTIONS = 200;

    @Test
    void whatWasAcknowledgedSurvivesEverything() {
        Long only = Long.getLong("sim.seed");
        int seeds = only != null ? 1 : Integer.getInteger("sim.seeds", 200);
        long first = only != null ? only : Long.getLong("sim.firstSeed", 1);
        TreeMap<String, Integer> counts = new TreeMap<>();
        for (long seed = first; seed < first + seeds; seed++) {
            try {
                new SingleNodeScenario(seed, ACTIONS)
                        .run()
                        .counts()
                        .forEach((what, n) -> counts.merge(what, n, Integer::sum));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("replay with -Dsim.seed=" + seed + ": " + e.getMessage(), e);
            }
        }
        counts.forEach((what, n) -> System.out.printf("%8d  %s%n", n, what));
    }

    @Test
    void theSameSeedGivesTheSameHistory() {
        for (long seed = 1; seed <= 5; seed++) {
            assertThat(new SingleNodeScenario(seed, ACTIONS).run().trace())
                    .isEqualTo(new SingleNodeScenario(seed, ACTIONS).run().trace());
        }
    }
}
