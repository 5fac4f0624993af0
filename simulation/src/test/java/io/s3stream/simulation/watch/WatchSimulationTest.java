package io.s3stream.simulation.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.simulation.world.SimEngine;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WatchSimulationTest {

    private static final int SEEDS = 40;

    @Test
    void watchesOfAllNodesSeeOneHistory() {
        TreeMap<String, Integer> counts = new TreeMap<>();
        for (long seed = Long.getLong("sim.seed", 1); seed <= SEEDS; seed++) {
            try {
                new WatchScenario(seed, SimEngine::new)
                        .run()
                        .counts()
                        .forEach((what, n) -> counts.merge(what, n, Integer::sum));
            } catch (RuntimeException e) {
                throw new IllegalStateException("seed " + seed + ": " + e.getMessage(), e);
            }
        }
        assertThat(counts.get("committed")).isGreaterThan(20 * SEEDS);
        assertThat(counts.get("refused")).isGreaterThan(SEEDS);
        assertThat(counts.get("node replaced")).isGreaterThan(SEEDS);
        assertThat(counts.get("pause")).isGreaterThan(SEEDS);
        assertThat(counts.get("updates")).isGreaterThan(60 * SEEDS);
    }
}
