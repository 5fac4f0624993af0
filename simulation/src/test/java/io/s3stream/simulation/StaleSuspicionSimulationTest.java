package io.s3stream.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.simulation.world.SimEngine;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StaleSuspicionSimulationTest {

    private static final int SEEDS = 60;

    @Test
    void processThatReturnsBeforeFenceIsSpared_R11() {
        TreeMap<String, Integer> counts = new TreeMap<>();
        for (long seed = Long.getLong("sim.seed", 1); seed <= SEEDS; seed++) {
            try {
                new StaleSuspicionScenario(seed, SimEngine::new)
                        .run()
                        .counts()
                        .forEach((what, n) -> counts.merge(what, n, Integer::sum));
            } catch (RuntimeException e) {
                throw new IllegalStateException("seed " + seed + ": " + e.getMessage(), e);
            }
        }
        for (String outcome : List.of("taken over first", "spared before the call", "spared at the commit")) {
            assertThat(counts.getOrDefault(outcome, 0)).as(outcome).isGreaterThan(SEEDS / 20);
        }
    }
}
