package io.s3stream.wal.s3;

import static org.assertj.core.api.Assertions.fail;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each rule that is left out is noticed; the whole WAL is clean on the same seed. */
class MutantTest {

    private static final int MOST_SEEDS = Integer.getInteger("mutant.seeds", 400);

    @ParameterizedTest
    @EnumSource
    void isCaught(Mutants mutant) {
        for (long seed = 1; seed <= MOST_SEEDS; seed++) {
            String caught = broken(seed, mutant.rules);
            if (caught != null) {
                System.out.println("mutant " + mutant + ": caught at seed " + seed + ": " + caught);
                String clean = broken(seed, new S3WalRules());
                if (clean != null) {
                    fail("without the mutant seed %d is not clean: %s", seed, clean);
                }
                return;
            }
        }
        fail("not noticed in %d seeds", MOST_SEEDS);
    }

    private static String broken(long seed, S3WalRules rules) {
        try {
            ZombieScenario.run(seed, rules);
            return null;
        } catch (RuntimeException | AssertionError e) {
            return e.toString();
        }
    }
}
