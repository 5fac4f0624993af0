package io.s3stream.wal.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.wal.block.ring.FenceRules;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * The fence of shared mode under processes that come back from the dead (R1, R2), and what is lost without each part of
 * it. A seed is run again with {@code new ZombieScenario(seed, rules).run()}.
 */
class ZombieTest {

    private static final int SEEDS = 25;

    @Test
    void noZombieAcknowledgesOrDestroysAnything() {
        long acknowledged = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            acknowledged += new ZombieScenario(seed, new FenceRules()).run();
        }
        assertThat(acknowledged).isGreaterThan(SEEDS * 100L);
    }

    @Test
    void reusingTheExtentOfAPausedWriterIsCaught() {
        assertCaught("R1", new FenceRules() {
            @Override
            public boolean isFree(boolean isReleased, boolean hasQuietWriter) {
                return isReleased;
            }
        });
    }

    /** Each fencer writes whom it fences; a later one overwrites that. */
    @Test
    void oneCellThatIsRewrittenIsCaught() {
        assertCaught("R2", new FenceRules() {
            @Override
            public long cellOf(long opening, long cells) {
                return 0;
            }

            @Override
            public boolean fences(int namedNode, long namedEpoch, int node, long walEpoch) {
                return namedNode == node && namedEpoch >= walEpoch;
            }
        });
    }

    @Test
    void leavingTheSecondLookAtTheCellOutIsCaught() {
        assertCaught("no look", new FenceRules() {
            @Override
            public CompletableFuture<Void> writeThenCheck(
                    Supplier<CompletableFuture<Void>> write, Supplier<CompletableFuture<Void>> check) {
                return write.get();
            }
        });
    }

    @Test
    void lookingAtTheCellBeforeTheWriteHasCompletedIsCaught() {
        assertCaught("early look", new FenceRules() {
            @Override
            public CompletableFuture<Void> writeThenCheck(
                    Supplier<CompletableFuture<Void>> write, Supplier<CompletableFuture<Void>> check) {
                CompletableFuture<Void> written = write.get();
                return check.get().thenCombine(written, (unset, done) -> done);
            }
        });
    }

    @Test
    void cellsUsedInTurnAreCaught() {
        assertCaught("modulo", new FenceRules() {
            @Override
            public long cellOf(long opening, long cells) {
                return opening % 3;
            }
        });
    }

    @Test
    void takingAReadErrorForUnsetIsCaught() {
        assertCaught("read error", new FenceRules() {
            @Override
            public CompletableFuture<Void> writeThenCheck(
                    Supplier<CompletableFuture<Void>> write, Supplier<CompletableFuture<Void>> check) {
                return write.get()
                        .thenCompose(written -> check.get().exceptionally(error -> {
                            Throwable cause = error.getCause() == null ? error : error.getCause();
                            if (cause instanceof io.s3stream.api.errors.FencedException fenced) {
                                throw fenced;
                            }
                            return null;
                        }));
            }
        });
    }

    /** Some seed catches the mutant, and is clean without it. */
    private static void assertCaught(String rule, FenceRules mutant) {
        for (long seed = 1; seed <= 40 * SEEDS; seed++) {
            try {
                new ZombieScenario(seed, mutant).run();
            } catch (AssertionError | IllegalStateException e) {
                new ZombieScenario(seed, new FenceRules()).run();
                System.out.println("mutant '" + rule + "' is caught by seed " + seed + ": " + e.getMessage());
                return;
            }
        }
        throw new AssertionError("no seed catches the mutant of rule " + rule);
    }
}
