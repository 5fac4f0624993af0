package io.s3stream.simulation;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.fail;

import io.s3stream.simulation.world.SimEngine;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every rule is broken on purpose once, and the checker or an invariant must notice within a few seeds. The unchanged
 * engine passes on the same seed.
 */
class MutantTest {

    private static final int MAX_SEEDS = 300;

    interface Scenario {
        void run(long seed, SimEngine.Factory engine);
    }

    private static final Scenario SINGLE_NODE =
            (seed, engine) -> new SingleNodeScenario(seed, Campaign.ACTIONS, engine).run();
    private static final Scenario FAILING_DISK =
            (seed, engine) -> new SingleNodeScenario(seed, Campaign.ACTIONS, engine)
                    .failDiskWrites(0.04)
                    .run();
    private static final Scenario SWITCHING = (seed, engine) ->
            new SingleNodeScenario(seed, Campaign.ACTIONS, engine).switchWals().run();
    private static final Scenario DAMAGED_WAL = (seed, engine) -> new DamagedWalScenario(seed, engine).run();
    private static final Scenario HOLED_WAL = (seed, engine) -> new HoledWalScenario(seed, engine).run();
    private static final Scenario STALE_EPOCH = (seed, engine) -> new StaleEpochScenario(seed, engine).run();

    private static final Scenario STALE_SUSPICION = (seed, engine) -> new StaleSuspicionScenario(seed, engine).run();

    private static final Scenario COLLECT = (seed, engine) -> new CollectScenario(seed, engine).run();
    private static final Scenario LATE_COMPACTOR = (seed, engine) -> new LateCompactorScenario(seed, engine).run();
    private static final Scenario LATE_REWRITE = (seed, engine) -> new LateRewriteScenario(seed, engine).run();
    private static final Scenario PAUSED_UPLOAD = (seed, engine) -> new PausedUploadScenario(seed, engine).run();

    private static final Scenario GIVEN_UP = (seed, engine) -> new GivenUpScenario(seed, engine).run();

    static Stream<Arguments> mutants() {
        return Stream.of(
                mutant("effects on the caller's future (R43)", Mutants::effectsOnTheCallersFuture, GIVEN_UP),
                mutant("ack before durable", Mutants::ackBeforeDurable, SINGLE_NODE),
                mutant("ack out of order", Mutants::ackOutOfOrder, SINGLE_NODE),
                mutant("switch before its commit (R9)", Mutants::switchBeforeCommit, SWITCHING),
                mutant("old WAL sealed too early (R9)", Mutants::sealTooEarly, SWITCHING),
                mutant("trim the WAL before the commit", Mutants::trimBeforeCommit, SINGLE_NODE),
                mutant("replay past the sealed end (R6)", Mutants::replayPastSealedEnd, FAILING_DISK),
                mutant("skip sealed generations (R6)", Mutants::skipSealedGenerations, SINGLE_NODE),
                mutant("replay from the first sequence (R3)", Mutants::replayFromTheFirstSequence, SINGLE_NODE),
                mutant("ignore stream epochs (R8)", Mutants::ignoreStreamEpochs, STALE_EPOCH),
                mutant("results of a batch forgotten (R16)", Mutants::forgetResults, SINGLE_NODE),
                mutant("slab reused in flight (R29)", Mutants::reuseSlabInFlight, SINGLE_NODE),
                mutant("slab leaked (L12)", Mutants::leakSlabs, SINGLE_NODE),
                mutant("wrong covered position (R14)", Mutants::wrongCoveredPosition, SINGLE_NODE),
                mutant("compaction without proof (L5)", CompactionMutants::compactWithoutProof, SINGLE_NODE),
                mutant("compaction loses a record (L5)", CompactionMutants::compactLosesRecord, SINGLE_NODE),
                mutant("late compaction without proof (L5)", CompactionMutants::compactWithoutProof, LATE_COMPACTOR),
                mutant("fenced compactor commits (R22)", CompactionMutants::fencedCompactorCommits, LATE_COMPACTOR),
                mutant(
                        "late compactor replaces anything",
                        CompactionMutants::lateCompactorReplacesAnything,
                        LATE_COMPACTOR),
                mutant(
                        "rewriting commits although its source was replaced (R17)",
                        RewriteMutants::commitsAlthoughItsSourceWasReplaced,
                        LATE_REWRITE),
                mutant("rewriting of a former owner (R47)", RewriteMutants::formerOwnerCommits, LATE_REWRITE),
                mutant("delete without grace (R21)", DeletionMutants::deleteWithoutGrace, COLLECT),
                mutant("forget before delete", DeletionMutants::forgetBeforeDelete, COLLECT),
                mutant("sweep by age, not by epoch (R22)", DeletionMutants::sweepByAge, PAUSED_UPLOAD),
                mutant("sweep own keys in flight (R22)", DeletionMutants::sweepOwnInFlight, SINGLE_NODE),
                mutant("sweep others' keys in flight (R22)", DeletionMutants::sweepOthersInFlight, PAUSED_UPLOAD),
                mutant("commit records behind a hole (R37)", Mutants::commitRecordsBehindHole, HOLED_WAL),
                mutant("drop records behind a hole (R37)", Mutants::dropRecordsBehindHole, HOLED_WAL),
                mutant("epoch of a take-over ignored (R11)", NodeMutants::ignoreExpectedEpoch, STALE_SUSPICION),
                mutant("no look-ahead (R7)", Mutants::noLookAhead, DAMAGED_WAL));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mutants")
    void mutantIsCaught(String rule, SimEngine.Factory mutant, Scenario scenario) {
        for (long seed = 1; seed <= MAX_SEEDS; seed++) {
            String caught = run(seed, mutant, scenario);
            if (caught != null) {
                System.out.printf("mutant %-36s caught after %3d seeds: %s%n", rule, seed, caught);
                long clean = seed;
                assertThatCode(() -> scenario.run(clean, SimEngine::new)).doesNotThrowAnyException();
                return;
            }
        }
        fail(rule + " was not noticed in " + MAX_SEEDS + " seeds");
    }

    /** Returns the violation found by the checker, an invariant or the world itself; null if there is none. */
    private static String run(long seed, SimEngine.Factory engine, Scenario scenario) {
        try {
            scenario.run(seed, engine);
            return null;
        } catch (RuntimeException e) {
            return e.getMessage();
        }
    }

    private static Arguments mutant(String rule, SimEngine.Factory factory, Scenario scenario) {
        return Arguments.of(rule, factory, scenario);
    }
}
