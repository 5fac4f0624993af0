package io.s3stream.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.fail;

import io.s3stream.simulation.DeletionMutants;
import io.s3stream.simulation.Mutants;
import io.s3stream.simulation.world.SimEngine;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rules of several nodes, each broken on purpose. The checkers must notice within a few seeds, and the unchanged engine
 * passes on the same seed.
 */
class ClusterMutantTest {

    private static final int MAX_SEEDS = 400;

    static Stream<Arguments> mutants() {
        return Stream.of(
                mutant("no fence in the metadata", ClusterMutants::noMetadataFence),
                mutant("WAL released before the commit", ClusterMutants::releaseBeforeCommit),
                mutant("streams closed before their end (R15)", ClusterMutants::closeBeforeEnd),
                mutant("streams never closed (R15)", ClusterMutants::closeNever),
                mutant("ack before durable", Mutants::ackBeforeDurable),
                mutant("ack out of order", Mutants::ackOutOfOrder),
                mutant("switch before its commit (R9)", Mutants::switchBeforeCommit),
                mutant("trim the WAL before the commit", Mutants::trimBeforeCommit),
                mutant("skip sealed generations (R6)", Mutants::skipSealedGenerations),
                mutant("wrong covered position (R14)", Mutants::wrongCoveredPosition),
                mutant("sweep others' keys in flight (R22)", DeletionMutants::sweepOthersInFlight),
                mutant("sweep own keys in flight (R22)", DeletionMutants::sweepOwnInFlight),
                mutant("slab leaked (L12)", Mutants::leakSlabs),
                mutant("names replaced (R36)", ClusterMutants::namesReplaced),
                mutant("commands unchecked (R36)", ClusterMutants::commandsUnchecked),
                mutant("contexts continue after an error (R38)", ClusterMutants::contextsContinueAfterError),
                mutant("chain unchecked (R41)", ClusterMutants::chainUnchecked),
                mutant("floor of node epochs forgotten", ClusterMutants::floorForgotten));
    }

    /** Mutants that take dozens of histories, or have an exact test elsewhere. */
    static Stream<Arguments> mutantsThatHideWell() {
        return Stream.of(
                mutant("no fence of the WAL", ClusterMutants::noWalFence),
                mutant("not written without a seal (R26)", Mutants::notWrittenWithoutASeal),
                mutant("fence from the first sequence (R3)", ClusterMutants::fenceFromTheFirstSequence),
                mutant("appendAll in several frames", ClusterMutants::splitGroups),
                mutant("no second look at the fence (R2)", ClusterMutants::noSecondLook),
                mutant("old WAL sealed too early (R9)", Mutants::sealTooEarly));
    }

    @Tag("campaign")
    @ParameterizedTest(name = "{0}")
    @MethodSource("mutantsThatHideWell")
    void rareMutantIsCaught(String rule, SimEngine.Factory mutant) {
        mutantIsCaught(rule, mutant);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mutants")
    void mutantIsCaught(String rule, SimEngine.Factory mutant) {
        for (long seed = 1; seed <= Integer.getInteger("sim.mutantSeeds", MAX_SEEDS); seed++) {
            String caught = run(seed, mutant);
            if (caught != null) {
                System.out.printf("cluster mutant %-38s caught after %3d seeds: %s%n", rule, seed, caught);
                long clean = seed;
                assertThatCode(() -> ClusterCampaign.run(clean, ClusterCampaign.ACTIONS, SimEngine::new))
                        .doesNotThrowAnyException();
                return;
            }
        }
        fail(rule + " was not noticed in " + MAX_SEEDS + " seeds");
    }

    /** Returns the violation found by a checker, an invariant or the world itself; null if there is none. */
    private static String run(long seed, SimEngine.Factory engine) {
        try {
            ClusterCampaign.run(seed, ClusterCampaign.ACTIONS, engine);
            return null;
        } catch (RuntimeException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static Arguments mutant(String rule, SimEngine.Factory factory) {
        return Arguments.of(rule, factory);
    }
}
