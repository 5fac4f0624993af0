package io.s3stream.wal.s3;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The unbroken WAL over many histories; L1, L2, L3, R3, R4, R13. */
class ZombieScenarioTest {

    private static final long SEEDS = Long.getLong("sim.seeds", 200);

    @Test
    void nothingAcknowledgedIsLostWhateverZombiesDo() {
        long acknowledged = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            try {
                acknowledged += ZombieScenario.run(seed, new S3WalRules())[0];
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
        assertThat(acknowledged).isGreaterThan(SEEDS * 20);
    }

    @Test
    void theSameSeedIsTheSameHistory() {
        assertThat(ZombieScenario.run(7, new S3WalRules())).isEqualTo(ZombieScenario.run(7, new S3WalRules()));
    }
}
