package io.s3stream.testkit.wal.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.testkit.sim.StorageFaults;
import io.s3stream.testkit.wal.LockedWal;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The scenario on the reference WAL: it passes the correct WAL and catches mutants. {@code -Dsim.seed=N -Dsim.seeds=1}
 * replays one history.
 */
class WalScenarioTest {

    private static final int SEEDS = Integer.getInteger("sim.seeds", 100);
    private static final int MAX_SEEDS = 300;

    private static final WalScenario REFERENCE = new WalScenario(MarkerWal.factory(MarkerWal.Rules.RIGHT));
    private static final WalScenario EAGER = REFERENCE.eager();

    @Test
    void referencePassesAndMeetsEverything() {
        SortedMap<String, Integer> counts = REFERENCE.run(Long.getLong("sim.seed", 1), SEEDS);
        if (SEEDS >= 100) {
            assertThat(counts.get("acknowledged")).isGreaterThan(50 * SEEDS);
            assertThat(counts.keySet())
                    .containsAll(List.of(
                            "acknowledged after the fence, and durable before it",
                            "fault: effect held by pause",
                            "fault: metadata answer lost",
                            "fault: request late",
                            "fault: response lost",
                            "full",
                            "left running",
                            "recovery of frames"));
            for (String step : List.of(
                    "open.attached",
                    "open.fence",
                    "open.replay",
                    "open.seal",
                    "open.ready",
                    "put wal",
                    "put wal done",
                    "metadata.register",
                    "metadata.begin done",
                    "append.issued",
                    "upload.commit")) {
                assertThat(counts).containsKey("pause at " + step);
            }
        }
    }

    @Test
    void referencePassesWithGenerationsRegisteredEarly() {
        SortedMap<String, Integer> counts = EAGER.run(Long.getLong("sim.seed", 1), SEEDS / 2);
        assertThat(counts.getOrDefault("standby generation", 0)).isGreaterThan(SEEDS / 4);
    }

    @Test
    void referencePassesBehindLock() {
        WalScenario locked = REFERENCE.wal(LockedWal.factory());
        SortedMap<String, Integer> counts = locked.run(Long.getLong("sim.seed", 1), SEEDS / 2);
        assertThat(counts).containsKey("ended by ConflictException");
    }

    @Test
    void sameSeedGivesSameHistory() {
        for (long seed = 1; seed < 5; seed++) {
            assertThat(REFERENCE.trace(seed)).isEqualTo(REFERENCE.trace(seed)).isNotEqualTo(REFERENCE.trace(seed + 5));
        }
    }

    static Stream<Arguments> mutants() {
        return Stream.of(
                Arguments.of(
                        "R3 fence from the first sequence", broken(BrokenOpeningOrders.fenceFromTheFirstSequence())),
                Arguments.of("R5 fence only the newest", broken(BrokenOpeningOrders.fenceOnlyTheNewestGeneration())),
                Arguments.of("R6 release before sealed end", broken(BrokenOpeningOrders.releaseBeforeSealedEnd())),
                Arguments.of("R11 stale committed position", broken(BrokenOpeningOrders.staleCommittedPosition())),
                Arguments.of("L3 recovers existing frames without fence", broken(new MarkerWal.Rules() {
                    @Override
                    public boolean fences() {
                        return false;
                    }
                })),
                Arguments.of("L2 takes 412 for its own", broken(new MarkerWal.Rules() {
                    @Override
                    boolean readsBack() {
                        return false;
                    }
                })),
                Arguments.of("puts unconditionally", broken(new MarkerWal.Rules() {
                    @Override
                    boolean putsConditionally() {
                        return false;
                    }
                })),
                Arguments.of("L1 deletes markers", broken(new MarkerWal.Rules() {
                    @Override
                    public boolean deletesMarkers() {
                        return true;
                    }
                })));
    }

    private static WalScenario broken(WalOpeningOrder order) {
        return EAGER.order(order);
    }

    private static WalScenario broken(MarkerWal.Rules rules) {
        return EAGER.wal(MarkerWal.factory(rules));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mutants")
    void mutantIsCaught(String what, WalScenario mutant) {
        WalScenario.Caught caught = EAGER.seedsUntilCaught(mutant, MAX_SEEDS);
        System.out.println(what + ": caught after " + caught.seedsTried() + " seeds: " + caught.violation());
    }

    /** Runs without a mutant and with more faults than usual. */
    @Test
    void referencePassesWithManyFaults() {
        REFERENCE.faults(new StorageFaults(0.1, 0.1, 0.1, 0.1)).openers(6).run(1, SEEDS / 4);
    }
}
