package io.s3stream.wal.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.wal.SimulatedWal;
import io.s3stream.testkit.wal.WalFencing;
import io.s3stream.testkit.wal.WalScenario;
import io.s3stream.testkit.wal.WalWorld;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The simulated openers of the test kit over this WAL: L1, L2, L3, R3, R4, R13. Each rule that is left out is noticed,
 * and the whole WAL is right on the same seed.
 */
class S3ScenarioTest {

    private static final int SEEDS = Integer.getInteger("sim.seeds", 60);
    private static final int MOST_SEEDS = 1000;

    private final WalScenario scenario = new WalScenario(world -> new Simulated(world, new S3WalRules()));

    /** @param rules of all openers */
    private record Simulated(WalWorld world, S3WalRules rules) implements SimulatedWal {

        @Override
        public WalFencing fencing() {
            return WalFencing.SHARED;
        }

        @Override
        public List<URI> uris() {
            return List.of(
                    URI.create("store:/?capacity=1MiB&maxInFlight=4&linger=0ms"),
                    URI.create("s3://other/p?capacity=1MiB&maxInFlight=8&linger=2ms"));
        }

        @Override
        public WalProvider provider(SimNode opener) {
            return new S3WalProvider(rules);
        }

        @Override
        public WalContext context(SimNode opener) {
            return world.context(opener);
        }
    }

    @Test
    void nothingAcknowledgedIsLost() {
        assertThat(scenario.run(1, SEEDS)).containsKey("acknowledged after the fence, and durable before it");
    }

    @Test
    void nothingAcknowledgedIsLostWithSeveralUnsealedGenerations() {
        assertThat(scenario.eager().run(1, Math.max(1, SEEDS / 4))).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aRuleThatIsLeftOutIsNoticed(Mutants mutant) {
        WalScenario broken = scenario.wal(world -> new Simulated(world, mutant.rules));
        System.out.println("mutant " + mutant + ": " + scenario.seedsUntilCaught(broken, MOST_SEEDS));
    }
}
