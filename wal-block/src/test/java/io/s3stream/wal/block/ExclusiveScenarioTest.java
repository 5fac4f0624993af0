package io.s3stream.wal.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.wal.WalFencing;
import io.s3stream.testkit.wal.scenario.SimulatedWal;
import io.s3stream.testkit.wal.scenario.WalScenario;
import io.s3stream.testkit.wal.scenario.WalWorld;
import io.s3stream.wal.block.ring.FenceRules;
import io.s3stream.wal.block.ring.HolderFate;
import io.s3stream.wal.block.ring.TailJudge;
import java.net.URI;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/**
 * Exclusive mode in the scenario that every WAL has to pass, on a file whose lock can be lost (R39): with a taker that
 * sees the running holder, and with a taker that sees no process, as in another container.
 */
class ExclusiveScenarioTest {

    private static final int SEEDS = 40;
    private static final int MUTANT_SEEDS = 400;
    private static final URI FILE = URI.create("block:///file?capacity=96KiB&maxInFlight=4");

    /** Every writer continues with any content of its cell. */
    private static final FenceRules NO_LOOK = new FenceRules() {
        @Override
        public boolean mayGoOn(boolean isNoted) {
            return true;
        }
    };

    /** A free lock suffices. */
    private static final FenceRules LOCK_ALONE = new FenceRules() {
        @Override
        public boolean mayTake(HolderFate fate, boolean isVouched) {
            return true;
        }
    };

    private record LockedFile(WalWorld world, SimLockedFile file, FenceRules rules, boolean blind)
            implements SimulatedWal {

        static Factory seen(FenceRules rules) {
            return world -> new LockedFile(world, new SimLockedFile(world.simulator(), 0.7, false), rules, false);
        }

        static Factory blind(FenceRules rules) {
            return world -> new LockedFile(world, new SimLockedFile(world.simulator(), 1, true), rules, true);
        }

        @Override
        public WalFencing fencing() {
            return blind ? WalFencing.SHARED : WalFencing.LOCK;
        }

        @Override
        public boolean attachFences() {
            return blind;
        }

        @Override
        public List<URI> uris() {
            return List.of(FILE);
        }

        @Override
        public WalProvider provider(SimNode opener) {
            return new BlockWalProvider(file.source(opener), new TailJudge(), rules);
        }

        @Override
        public WalContext context(SimNode opener) {
            return world.context(opener);
        }
    }

    @Test
    void visibleHolderIsNotDisturbedWhenItsLockIsLost() {
        SortedMap<String, Integer> counts = new WalScenario(LockedFile.seen(new FenceRules())).run(1, SEEDS);
        assertThat(counts).containsKeys("lock lost", "pause", "crash", "ended by ConflictException");
    }

    @Test
    void invisibleHolderIsFencedAndLosesNothing() {
        SortedMap<String, Integer> counts = new WalScenario(LockedFile.blind(new FenceRules())).run(1, SEEDS);
        assertThat(counts).containsKeys("lock lost", "pause", "ended by FencedException");
    }

    @Test
    void writerThatIgnoresItsCellIsCaught() {
        WalScenario right = new WalScenario(LockedFile.blind(new FenceRules()));
        System.out.println(right.seedsUntilCaught(right.wal(LockedFile.blind(NO_LOOK)), MUTANT_SEEDS));
    }

    @Test
    void takerThatTrustsLockAloneIsCaught() {
        WalScenario right = new WalScenario(LockedFile.seen(new FenceRules()));
        System.out.println(right.seedsUntilCaught(right.wal(LockedFile.seen(LOCK_ALONE)), MUTANT_SEEDS));
    }
}
