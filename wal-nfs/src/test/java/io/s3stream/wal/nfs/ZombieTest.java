package io.s3stream.wal.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** R10, R12, R13, R40: writers that are paused at any moment, on clients that cache. Each broken rule is caught. */
class ZombieTest {

    private static final int CLEAN_SEEDS = 400;
    private static final int MUTANT_SEEDS = 400;

    @Test
    void acknowledgedFramesAreNeverMissing() {
        TreeMap<String, Integer> counts = new TreeMap<>();
        for (long seed = 1; seed <= CLEAN_SEEDS; seed++) {
            new ZombieRun(seed, Mutant.NONE)
                    .run()
                    .simulator()
                    .counts()
                    .forEach((what, count) -> counts.merge(what, count, Integer::sum));
        }
        System.out.println("zombies: " + counts);
        assertThat(counts.keySet())
                .contains(
                        "pause",
                        "crash",
                        "released",
                        "replayed",
                        "server restart",
                        "power failure",
                        "writer ended",
                        "other store refused",
                        "directory of another store");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void mutantIsCaught(Mutant mutant) {
        Optional<Long> caught = Optional.empty();
        for (long seed = 1; seed <= MUTANT_SEEDS && caught.isEmpty(); seed++) {
            try {
                new ZombieRun(seed, mutant).run();
            } catch (AssertionError loss) {
                System.out.println(mutant + " caught: " + loss.getMessage());
                caught = Optional.of(seed);
            }
        }
        assertThat(caught).as("%s within %d seeds", mutant, MUTANT_SEEDS).isPresent();
        long seed = caught.get();
        assertThatCode(() -> new ZombieRun(seed, Mutant.NONE).run()).doesNotThrowAnyException();
    }

    @Test
    void sameSeedGivesSameHistory() {
        assertThat(new ZombieRun(7, Mutant.NONE).run().simulator().trace())
                .isEqualTo(new ZombieRun(7, Mutant.NONE).run().simulator().trace());
    }
}
