package io.s3stream.wal.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.wal.WalFencing;
import io.s3stream.testkit.wal.scenario.SimulatedWal;
import io.s3stream.testkit.wal.scenario.WalScenario;
import io.s3stream.testkit.wal.scenario.WalWorld;
import io.s3stream.wal.block.ring.FenceRules;
import io.s3stream.wal.block.ring.TailJudge;
import java.net.URI;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Shared mode in the scenario that every WAL has to pass: openers of one node that pause, crash and slow down anywhere.
 */
class SharedScenarioTest {

    private static final int SEEDS = 20;
    private static final URI DEVICE = URI.create("block:///dev/shared?mode=shared&extent=68KiB&cells=96&maxInFlight=4");

    private static SimulatedWal.Factory wal(FenceRules rules) {
        return world -> new SharedDeviceWal(world, rules);
    }

    /**
     * A device with room for the extents of all openers. It is already formatted, because a process that dies during
     * the format needs an operator.
     */
    private record SharedDeviceWal(WalWorld world, SimSharedDevice device, FenceRules rules) implements SimulatedWal {

        SharedDeviceWal(WalWorld world, FenceRules rules) {
            this(world, new SimSharedDevice(world.simulator(), 4 << 20), rules);
            SimNode formatter = new SimNode(world.simulator(), "formatter", step -> false);
            CompletableFuture<Void> formatted = provider(formatter)
                    .attach(DEVICE, AttachMode.CREATE, context(formatter))
                    .thenAccept(WalMedium::close);
            world.simulator().runUntil(formatted::isDone, 10_000, "the device to be formatted");
            formatted.join();
        }

        @Override
        public WalFencing fencing() {
            return WalFencing.SHARED;
        }

        @Override
        public List<URI> uris() {
            return List.of(DEVICE);
        }

        @Override
        public WalProvider provider(SimNode opener) {
            opener.onCrash(() -> device.landLate(opener, 300_000_000));
            return new BlockWalProvider(device.source(opener), new TailJudge(), rules);
        }

        @Override
        public WalContext context(SimNode opener) {
            return world.context(opener);
        }
    }

    @Test
    void repeatedlyOpenedNodeLosesNothing() {
        SortedMap<String, Integer> counts = new WalScenario(wal(new FenceRules())).run(1, SEEDS);
        assertThat(counts).containsKey("pause").containsKey("crash");
    }

    @Test
    void nodePreparingBeforeRecoveryLosesNothing() {
        new WalScenario(wal(new FenceRules())).eager().run(1, SEEDS);
    }

    @Test
    void writerWithoutSecondCellCheckIsCaught() {
        WalScenario right = new WalScenario(wal(new FenceRules()));
        System.out.println(right.seedsUntilCaught(
                right.wal(wal(new FenceRules() {
                    @Override
                    public CompletableFuture<Void> writeThenCheck(
                            Supplier<CompletableFuture<Void>> write, Supplier<CompletableFuture<Void>> check) {
                        return write.get();
                    }
                })),
                200));
    }
}
