package io.s3stream.wal.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.wal.block.ring.FenceRules;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * The fence of shared mode with processes that resume after their replacement (R1, R2), and the loss without each part
 * of it. {@code new ZombieScenario(seed, rules).run()} repeats a seed.
 */
class ZombieTest {

    private static final int SEEDS = 25;

    @Test
    void resumedProcessAcknowledgesAndDestroysNothing() {
        long acknowledged = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            acknowledged += new ZombieScenario(seed, new FenceRules()).run();
        }
        assertThat(acknowledged).isGreaterThan(SEEDS * 100L);
    }

    @Test
    void reuseOfPausedWritersExtentIsCaught() {
        assertCaught("R1", new FenceRules() {
            @Override
            public boolean isFree(boolean isReleased, boolean hasQuietWriter) {
                return isReleased;
            }
        });
    }

    /** Each fencer writes the node that it fences. A later fencer overwrites that. */
    @Test
    void reuseOfSingleCellIsCaught() {
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
    void missingSecondCellCheckIsCaught() {
        assertCaught("no look", new FenceRules() {
            @Override
            public CompletableFuture<Void> writeThenCheck(
                    Supplier<CompletableFuture<Void>> write, Supplier<CompletableFuture<Void>> check) {
                return write.get();
            }
        });
    }

    @Test
    void cellCheckBeforeEndOfWriteIsCaught() {
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
    void cyclicUseOfCellsIsCaught() {
        assertCaught("modulo", new FenceRules() {
            @Override
            public long cellOf(long opening, long cells) {
                return opening % 3;
            }
        });
    }

    @Test
    void readErrorTakenForUnsetIsCaught() {
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

    /** Some seed catches the mutant, and passes without it. */
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
