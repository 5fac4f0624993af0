package io.s3stream.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.simulation.world.SimEngine;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LateCompactorSimulationTest {

    private static final int SEEDS = 130;

    @Test
    void lateCompactorLosesNothingAndLeavesNothing_R22() {
        TreeMap<String, Integer> counts = new TreeMap<>();
        for (long seed = Long.getLong("sim.seed", 1); seed <= SEEDS; seed++) {
            try {
                new LateCompactorScenario(seed, SimEngine::new)
                        .run()
                        .counts()
                        .forEach((what, n) -> counts.merge(what, n, Integer::sum));
            } catch (RuntimeException e) {
                throw new IllegalStateException("seed " + seed + ": " + e.getMessage(), e);
            }
        }
        for (String fate : List.of("REPLACED", "OVERTAKEN", "ADOPTING")) {
            assertThat(counts.get("late compactor " + fate)).as(fate).isGreaterThan(SEEDS / 5);
        }
        assertThat(counts.get("pause")).isGreaterThan(SEEDS * 8 / 10);
    }
}
