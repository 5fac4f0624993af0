package io.s3stream.wal.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.testkit.wal.WalSession;
import io.s3stream.wal.s3.OddReads.Kind;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A damaged or missing answer is read again, and believed when two reads agree. [R44] */
class OddReadsTest {

    private final UnpooledByteBufAllocator ledger = new UnpooledByteBufAllocator(true, true);
    private final MemoryObjectStorage storage = new MemoryObjectStorage(ledger);

    @AfterEach
    void memoryIsReturned() {
        storage.close();
        assertThat(ledger.metric().usedHeapMemory() + ledger.metric().usedDirectMemory())
                .isZero();
    }

    private TestProcess process() {
        return new TestProcess(storage, new S3WalRules());
    }

    private static TestProcess append(TestProcess process, int count) {
        for (int i = 0; i < count; i++) {
            WalSession.get(process.append(100));
        }
        return process;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void frameWithSingleOddReadIsReplayed(Kind kind) {
        try (TestProcess older = append(process().begin(TestProcess.EPOCH, 1), 10);
                TestProcess newer = process()) {
            newer.storage.oddReads.next(kind, 1, older.keys().of(5)::equals);
            assertThat(newer.session.fenceAndReplay(older.descriptor, older.frames.start()))
                    .hasSize(10);
            assertThat(newer.storage.oddReads.left()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void permanentlyOddFrameIsReported(Kind kind) {
        try (TestProcess older = append(process().begin(TestProcess.EPOCH, 1), 10);
                TestProcess newer = process()) {
            newer.storage.oddReads.next(kind, 1000, older.keys().of(5)::equals);
            assertThatThrownBy(() -> newer.session.fenceAndReplay(older.descriptor, older.frames.start()))
                    .isInstanceOf(CorruptedDataException.class)
                    .hasMessageContaining(older.keys().of(5));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void openingObjectWithSingleOddReadIsReached(Kind kind) {
        try (TestProcess older = append(process().begin(TestProcess.EPOCH, 1), 1);
                TestProcess newer = process()) {
            newer.storage.oddReads.next(kind, 1, older.keys().opening()::equals);
            assertThat(newer.session.fenceAndReplay(older.descriptor, older.frames.start()))
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void oddReadBackOfOwnFrameIsNoFence(Kind kind) {
        try (TestProcess process = process().begin(TestProcess.EPOCH, 1)) {
            WalSession.get(process.append(100));
            process.storage.losing.set(true);
            process.storage.oddReads.next(kind, 1, process.keys().of(2)::equals);
            var append = process.append(100);
            Awaitility.await("it is there")
                    .until(() -> storage.head(process.keys().of(2)).join().isPresent());
            process.storage.losing.set(false);
            WalSession.get(append);
            WalSession.get(process.append(100));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void oddReadBackOfMarkerEndsWalk(Kind kind) {
        try (TestProcess older = append(process().begin(TestProcess.EPOCH, 1), 3);
                TestProcess newer = process();
                TestProcess newest = process()) {
            newer.session.fenceAndReplay(older.descriptor, older.frames.start());
            newest.storage.oddReads.next(kind, 1, older.keys().of(4)::equals);
            assertThat(newest.session.fenceAndReplay(older.descriptor, older.frames.start()))
                    .hasSize(3);
        }
    }

    @Test
    void framesAreNotSweptWhenOpeningObjectIsMissedOnce() {
        try (TestProcess older = append(process().begin(TestProcess.EPOCH, 1), 3);
                TestProcess newer = process()) {
            // Also missing from the listing: its frames look like those of a released generation.
            newer.storage.hiddenFromListings = older.keys().opening()::equals;
            newer.storage.oddReads.next(Kind.MISSING, 1, older.keys().opening()::equals);
            newer.session.prepare(TestProcess.EPOCH + 1);
            Awaitility.await("asked for twice").until(() -> newer.storage.heads.get() >= 2);
            assertThat(storage.head(older.keys().of(1)).join()).isPresent();
        }
    }
}
