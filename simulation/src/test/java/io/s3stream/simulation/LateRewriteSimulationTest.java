package io.s3stream.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.simulation.world.SimEngine;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Two nodes rewrite one closed stream, and the first commits after the second. */
class LateRewriteSimulationTest {

    private static final int SEEDS = Integer.getInteger("simulation.seeds", 80);

    @Test
    void lateRewritingNeverBringsADroppedBatchBack_R47() {
        Map<String, Integer> seen = new TreeMap<>();
        for (long seed = 1; seed <= SEEDS; seed++) {
            new LateRewriteScenario(seed, SimEngine::new)
                    .run()
                    .counts()
                    .forEach((what, count) -> seen.merge(what, count, Integer::sum));
        }
        assertThat(seen).containsKeys("late rewriting refused", "late rewriting done", "stopped at compact.commit");
    }
}
