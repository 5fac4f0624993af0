package io.s3stream.wal.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.testkit.wal.scenario.WalScenario;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** R10, R13: one node opened again and again on hosts that cache, with openers paused and killed at every step. */
class NfsScenarioTest {

    private static final WalScenario SCENARIO = scenario(Mutant.NONE);

    private static WalScenario scenario(Mutant mutant) {
        return new WalScenario(world -> new SimulatedNfsWal(world, mutant));
    }

    @Test
    void everyHistoryKeepsContract() {
        SortedMap<String, Integer> counts = SCENARIO.run(1, 60);
        System.out.println("nfs scenario: " + counts);
        assertThat(counts).isNotEmpty();
    }

    @Test
    void concurrentGenerationsKeepContract() {
        assertThat(SCENARIO.eager().run(1, 30)).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"FENCE_FILE_KEPT_OPEN", "NOCTO_ALLOWED"})
    void mutantIsCaught(Mutant mutant) {
        WalScenario.Caught caught = SCENARIO.seedsUntilCaught(scenario(mutant), 200);
        System.out.println(mutant + " caught after " + caught.seedsTried() + " seeds: " + caught.violation());
    }
}
