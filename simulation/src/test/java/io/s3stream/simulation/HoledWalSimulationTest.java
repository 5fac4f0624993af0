package io.s3stream.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.simulation.world.SimEngine;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HoledWalSimulationTest {

    private static final int SEEDS = 150;

    @Test
    void uncommittableStreamIsQuarantinedAndNodeOpens_R37() {
        TreeMap<String, Integer> counts = new TreeMap<>();
        for (long seed = Long.getLong("sim.seed", 1); seed <= SEEDS; seed++) {
            try {
                new HoledWalScenario(seed, SimEngine::new)
                        .run()
                        .counts()
                        .forEach((what, n) -> counts.merge(what, n, Integer::sum));
            } catch (RuntimeException e) {
                throw new IllegalStateException("seed " + seed + ": " + e.getMessage(), e);
            }
        }
        assertThat(counts.get("hole filled")).isGreaterThan(SEEDS / 3);
        assertThat(counts.get("overlap discarded")).isGreaterThan(SEEDS / 6);
        assertThat(counts.get("opening cut short")).isGreaterThan(SEEDS / 2);
    }
}
