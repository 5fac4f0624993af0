package io.s3stream.kafka.cluster.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.s3stream.testkit.sim.Simulator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BrokerSimulationTest {

    private static final int STEPS = 8;
    private static final int SEEDS = 4;
    private static final int MUTANT_SEEDS = 60;

    @Test
    void invariantsHoldUnderTrouble() {
        long acknowledged = 0;
        long opened = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Simulator history = run(seed, new BrokerVariant());
            acknowledged += history.counts().get("acknowledged");
            opened += history.counts().get("log opened");
        }
        assertThat(acknowledged).as("records").isGreaterThan(300);
        assertThat(opened).as("openings").isGreaterThan(30);
    }

    @Test
    void seedGivesOneHistory() {
        Simulator once = BrokerCampaign.run(2, 2, new BrokerVariant());
        Simulator again = BrokerCampaign.run(2, 2, new BrokerVariant());
        assertThat(again.trace()).isEqualTo(once.trace());
    }

    static Stream<String> mutants() {
        return BrokerMutants.all().keySet().stream();
    }

    @Tag("campaign")
    @ParameterizedTest
    @MethodSource("mutants")
    void mutantIsNoticed(String name) {
        BrokerVariant mutant = BrokerMutants.all().get(name);
        for (long seed = 1; seed <= MUTANT_SEEDS; seed++) {
            try {
                BrokerCampaign.run(seed, STEPS, mutant);
            } catch (RuntimeException noticed) {
                System.out.println(name + ": noticed with seed " + seed + ": " + noticed.getMessage());
                run(seed, new BrokerVariant());
                return;
            }
        }
        fail(name + " was not noticed in " + MUTANT_SEEDS + " histories");
    }

    private static Simulator run(long seed, BrokerVariant variant) {
        try {
            return BrokerCampaign.run(seed, STEPS, variant);
        } catch (RuntimeException e) {
            throw new IllegalStateException(BrokerCampaign.again(seed, STEPS) + ": " + e.getMessage(), e);
        }
    }
}
