package io.s3stream.kafka.groups;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import org.apache.kafka.common.requests.TransactionResult;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cleaning keeps every committed offset, wherever it is cut off. The fixture compares the state after each crash. */
class OffsetsCleaningTest {

    private static final long TRANSACTION = 7;

    @TempDir
    Path dir;

    @Test
    void onlyLatestValuesAreLeft() {
        try (OffsetsFixture offsets = new OffsetsFixture(dir)) {
            offsets.commit("quiet", 5);
            for (int i = 0; i < 100; i++) {
                offsets.commit("busy", i);
            }
            offsets.commit("gone", 1);
            offsets.delete("gone");
            clean(offsets);
            assertThat(offsets.startOffset()).isEqualTo(103);
            assertThat(offsets.records()).isEqualTo(2);
            offsets.crash();
            assertThat(offsets.coordinator().state()).containsEntry("quiet", 5L).containsEntry("busy", 99L);
        }
    }

    @Test
    void logWithoutLiveValuesBecomesEmptyAndIsUsable() {
        try (OffsetsFixture offsets = new OffsetsFixture(dir)) {
            offsets.commit("gone", 1);
            offsets.delete("gone");
            clean(offsets);
            assertThat(offsets.records()).isZero();
            offsets.crash();
            offsets.commit("new", 1);
            offsets.crash();
        }
    }

    @Test
    void valueThatIsSetDuringTheReadingIsNotOverwritten() {
        try (OffsetsFixture offsets = new OffsetsFixture(dir)) {
            offsets.commit("group", 1);
            OffsetsCleaning cleaning = offsets.log().beginCleaning();
            cleaning.read(offsets.executor()).join();
            offsets.commit("group", 2);
            cleaning.trim(cleaning.rewrite()).join();
            offsets.log().cleaned(true);
            offsets.commit("other", 3);
            offsets.crash();
            assertThat(offsets.coordinator().state()).containsEntry("group", 2L);
        }
    }

    @Test
    void crashBeforeTheTrimRepeatsValues() {
        try (OffsetsFixture offsets = new OffsetsFixture(dir)) {
            offsets.commit("a", 1);
            offsets.commit("a", 2);
            OffsetsCleaning cleaning = offsets.log().beginCleaning();
            cleaning.read(offsets.executor()).join();
            cleaning.rewrite();
            offsets.commit("b", 3);
            offsets.crash();
            assertThat(offsets.startOffset()).isZero();
            clean(offsets);
            offsets.crash();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void openTransactionSurvives(boolean isCommitted) {
        try (OffsetsFixture offsets = new OffsetsFixture(dir)) {
            offsets.commit("group", 1);
            offsets.commit("newer", 1);
            offsets.commitIn(TRANSACTION, "group", 2);
            offsets.commitIn(TRANSACTION, "newer", 2);
            offsets.commit("newer", 3);
            clean(offsets);
            offsets.crash();
            offsets.end(TRANSACTION, isCommitted ? TransactionResult.COMMIT : TransactionResult.ABORT);
            offsets.crash();
            assertThat(offsets.coordinator().state())
                    .containsEntry("group", isCommitted ? 2L : 1L)
                    .containsEntry("newer", 3L);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void anyOrderOfChangesCleaningsAndCrashesKeepsTheState(long seed) {
        Random random = new Random(seed);
        try (OffsetsFixture offsets = new OffsetsFixture(dir)) {
            Steps steps = new Steps(offsets);
            for (int i = 0; i < 300; i++) {
                change(offsets, random, i);
                if (random.nextInt(4) == 0) {
                    steps.next();
                }
                if (random.nextInt(60) == 0) {
                    offsets.crash();
                    steps = new Steps(offsets);
                }
            }
            offsets.crash();
            clean(offsets);
            offsets.crash();
            assertThat(offsets.records()).isLessThanOrEqualTo(15);
        }
    }

    private static void change(OffsetsFixture offsets, Random random, int value) {
        String group = "group " + random.nextInt(4);
        long transaction = random.nextInt(2);
        switch (random.nextInt(6)) {
            case 0, 1 -> offsets.commit(group, value);
            case 2 -> offsets.delete(group);
            case 3, 4 -> offsets.commitIn(transaction, group, value);
            default -> {
                if (offsets.coordinator().isOpen(transaction)) {
                    offsets.end(transaction, random.nextBoolean() ? TransactionResult.COMMIT : TransactionResult.ABORT);
                }
            }
        }
    }

    private static void clean(OffsetsFixture offsets) {
        offsets.log().beginCleaning().run(offsets.executor()).join();
    }

    /** The steps of one cleaning after the other, so that changes come between them. */
    private static final class Steps {
        private final OffsetsFixture offsets;
        private @Nullable OffsetsCleaning cleaning;
        private OffsetsLog.@Nullable Rewritten rewritten;
        private boolean isRead;

        Steps(OffsetsFixture offsets) {
            this.offsets = offsets;
        }

        void next() {
            if (cleaning == null) {
                cleaning = offsets.log().beginCleaning();
            } else if (!isRead) {
                cleaning.read(offsets.executor()).join();
                isRead = true;
            } else if (rewritten == null) {
                rewritten = cleaning.rewrite();
            } else {
                cleaning.trim(rewritten).join();
                offsets.log().cleaned(true);
                cleaning = null;
                rewritten = null;
                isRead = false;
            }
        }
    }
}
