package io.s3stream.wal.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.testkit.sim.SimBucket;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.SimObjectStorage;
import io.s3stream.testkit.sim.StorageFaults;
import io.s3stream.testkit.wal.ForwardingWalMedium;
import io.s3stream.testkit.wal.ForwardingWalProvider;
import io.s3stream.testkit.wal.WalFencing;
import io.s3stream.testkit.wal.scenario.SimulatedWal;
import io.s3stream.testkit.wal.scenario.WalScenario;
import io.s3stream.testkit.wal.scenario.WalWorld;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The simulated openers of the test kit over this WAL: L1, L2, L3, R3, R4, R13. Some of them get an empty bucket. Each
 * omitted rule is noticed, and the complete WAL passes on the same seed.
 */
class S3ScenarioTest {

    private static final int SEEDS = Integer.getInteger("sim.seeds", 60);
    private static final int MAX_SEEDS = 1000;

    private final WalScenario scenario = new WalScenario(world -> new Simulated(world, new S3WalRules()));

    /**
     * @param rules of all openers
     * @param lost the openers with the wrong bucket
     */
    private record Simulated(WalWorld world, S3WalRules rules, Set<SimNode> lost) implements SimulatedWal {

        Simulated(WalWorld world, S3WalRules rules) {
            this(world, rules, new HashSet<>());
        }

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
            WalProvider wal = new S3WalProvider(rules);
            boolean isLost = !world.faults().equals(StorageFaults.NONE)
                    && world.simulator().chance(0.2);
            if (isLost) {
                lost.add(opener);
            }
            return isLost ? beginningNothing(wal) : wal;
        }

        /**
         * With nothing to recover, the wrong bucket would stay unnoticed and mislead the next opener. So this opener
         * prepares no generation.
         */
        private WalProvider beginningNothing(WalProvider wal) {
            return new ForwardingWalProvider(wal) {
                @Override
                public CompletableFuture<WalMedium> attach(URI uri, AttachMode mode, WalContext context) {
                    return super.attach(uri, mode, context).thenApply(medium -> new ForwardingWalMedium(medium) {
                        @Override
                        public CompletableFuture<WalDescriptor> prepare(long walEpoch) {
                            world.simulator().count("wrong bucket not used");
                            return CompletableFuture.failedFuture(new StorageException("simulated: not permitted"));
                        }
                    });
                }
            };
        }

        @Override
        public WalContext context(SimNode opener) {
            WalContext right = world.context(opener);
            if (!lost.contains(opener)) {
                return right;
            }
            world.simulator().count("wrong bucket");
            ObjectStorage empty = new SimObjectStorage(opener, new SimBucket(), world::faults);
            return new WalContext(
                    opener,
                    empty,
                    uri -> CompletableFuture.completedFuture(empty),
                    right.allocator(),
                    right.storeId(),
                    right.nodeId(),
                    right.maxFrameBytes());
        }
    }

    @Test
    void acknowledgedFramesAreNeverLost() {
        assertThat(scenario.run(1, SEEDS))
                .containsKeys("acknowledged after the fence, and durable before it", "wrong bucket");
    }

    @Test
    void acknowledgedFramesAreNeverLostWithSeveralUnsealedGenerations() {
        assertThat(scenario.eager().run(1, Math.max(1, SEEDS / 4))).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SERVES_ANY_STORE") // takes two stores: StoreMarkTest
    void omittedRuleIsNoticed(Mutants mutant) {
        WalScenario broken = scenario.wal(world -> new Simulated(world, mutant.rules));
        System.out.println("mutant " + mutant + ": " + scenario.seedsUntilCaught(broken, MAX_SEEDS));
    }
}
