package io.s3stream.wal.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.testkit.wal.WalSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * L3: a PUT lands after a LIST that did not show it. The test goes step by step through the real WAL and through WALs
 * that believe the listing. The latter lose an acknowledged frame.
 */
class LatePutTest {

    private final MemoryObjectStorage storage = new MemoryObjectStorage(ByteBufAllocator.DEFAULT);

    @AfterEach
    void close() {
        storage.close();
    }

    @Test
    void frameThatLandsAfterListIsNeverAcknowledged() {
        assertThat(lost(new S3WalRules(), 2, 3, 4)).isEmpty();
    }

    @Test
    void lateFrameBeforeListedFramesIsNeverAcknowledgedNorAreThey() {
        assertThat(lost(new S3WalRules(), 2)).isEmpty();
    }

    @Test
    void recoveryByListAloneLosesFrames() {
        assertThat(lost(Mutants.RECOVERS_BY_LIST_ALONE.rules, 2, 3, 4)).containsExactly(2L, 3L, 4L);
    }

    @Test
    void fencingFromEndOfListLosesFrames() {
        assertThat(lost(Mutants.FENCES_FROM_THE_END_OF_THE_LIST.rules, 2)).containsExactly(2L, 3L, 4L);
    }

    /**
     * An older opener has frame 1 acknowledged and 2, 3 and 4 in flight when a newer one recovers.
     *
     * @param late the frames that land after the recovery
     * @return the frames that the older one acknowledged in order and the newer one did not replay
     */
    private List<Long> lost(S3WalRules rules, int... late) {
        try (TestProcess older = new TestProcess(storage, rules);
                TestProcess newer = new TestProcess(storage, rules)) {
            older.begin(TestProcess.EPOCH, 1);
            WalSession.get(older.append(500));
            older.storage.hold(key -> List.of(late).stream()
                    .flatMapToInt(Arrays::stream)
                    .anyMatch(sequence -> key.equals(older.keys().of(sequence))));
            List<CompletableFuture<Void>> appends = new ArrayList<>();
            for (int i = 2; i <= 4; i++) {
                appends.add(older.append(500, 1));
            }
            Awaitility.await("the late frames are in flight").until(() -> older.storage.held() == late.length);
            Awaitility.await("the other frames have landed")
                    .until(() ->
                            storage.list(older.keys().prefix(), older.keys().prefix(), 10)
                                            .join()
                                            .size()
                                    == 5 - late.length); // with the opening object

            int replayed = newer.session
                    .fenceAndReplay(older.descriptor, older.frames.start())
                    .size();
            older.storage.hold(false);

            List<Long> lost = new ArrayList<>();
            for (int i = 0; i < appends.size(); i++) {
                CompletableFuture<Void> append = appends.get(i);
                Awaitility.await("an append completes").until(append::isDone);
                if (append.isCompletedExceptionally()) {
                    break; // and all later frames stay unacknowledged
                }
                if (i + 2 > replayed) {
                    lost.add(i + 2L);
                }
            }
            return lost;
        }
    }
}
