package io.s3stream.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.testkit.sim.Simulator;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

class CollectSimulationTest {

    private static final int SEEDS = 60;

    @Test
    void readersWithAnOlderViewReadOnWithinTheGraceAndThenAllIsGone() {
        TreeMap<String, Integer> counts = run(seed -> new CollectScenario(seed, SimEngine::new).run());
        assertThat(counts.get("read within the grace")).isEqualTo(SEEDS);
        assertThat(counts.get("crash")).isGreaterThan(SEEDS);
    }

    @Test
    void anUploadThatPausedBeforeItsCommitIsNoOrphanUnlessItsProcessWasReplaced_R22() {
        TreeMap<String, Integer> counts = run(seed -> new PausedUploadScenario(seed, SimEngine::new).run());
        assertThat(counts.get("resumed after a pause")).isGreaterThan(SEEDS / 5);
        assertThat(counts.get("replaced while paused")).isGreaterThan(SEEDS / 5);
        assertThat(counts.get("step sweep.abort")).isGreaterThan(SEEDS / 5);
    }

    private static TreeMap<String, Integer> run(LongFunction<Simulator> scenario) {
        TreeMap<String, Integer> counts = new TreeMap<>();
        for (long seed = 1; seed <= SEEDS; seed++) {
            try {
                scenario.apply(seed).counts().forEach((what, n) -> counts.merge(what, n, Integer::sum));
            } catch (RuntimeException e) {
                throw new IllegalStateException("seed " + seed + ": " + e.getMessage(), e);
            }
        }
        return counts;
    }
}
