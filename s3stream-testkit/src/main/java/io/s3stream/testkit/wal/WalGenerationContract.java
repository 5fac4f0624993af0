package io.s3stream.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalInspection;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.spi.wal.WriteAheadLog;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The contract for successive generations, and for media that do not belong to the store. */
public abstract class WalGenerationContract extends WalSpaceContract {

    @Test
    void aNewGenerationNeverShowsFramesOfTheOnesBefore() {
        long first = 1;
        for (long walEpoch : new long[] {EPOCH, EPOCH + 1, 2 * EPOCH, 7 * EPOCH}) { // same and higher node epoch
            Generation older = write(walEpoch, first, sizes(12, walEpoch));
            try (WalSession session = process().attach(uri(), AttachMode.EXISTING)) {
                assertReplayed(
                        session.fenceAndReplay(
                                older.descriptor(), older.frames().start()),
                        older.frames(),
                        0);
                session.release(older.descriptor());
            }
            first = older.frames().last().sequence() + 1;
        }
    }

    @Test
    void aGenerationThatFollowsInTheSameSessionStartsEmpty() {
        Generation older = write(sizes(20, 5));
        try (WalSession session = process().attach(uri(), AttachMode.EXISTING)) {
            session.fenceAndReplay(older.descriptor(), older.frames().start());
            session.release(older.descriptor());
            WalDescriptor descriptor = session.prepare(2 * EPOCH);
            WalFrames frames = new WalFrames(descriptor, NODE, 21);
            WriteAheadLog log = session.create(descriptor, 21);
            for (int i = 0; i < 3; i++) {
                append(log, frames, 9000);
            }
            log.close();
            assertReplayed(session.fenceAndReplay(descriptor, frames.start()), frames, 0);
        }
    }

    /** The medium must have room for both generations, or refuse the second one. */
    @Test
    void anUnreleasedGenerationStaysReadableWhateverIsPreparedNext() {
        Generation older = write(sizes(10, 6));
        try (WalSession session = process().attach(uri(), AttachMode.EXISTING)) {
            session.fence(older.descriptor(), 1);
            Throwable refusal = catchThrowable(() -> session.prepare(2 * EPOCH));
            if (refusal != null) {
                assertThat(refusal).isInstanceOf(ConflictException.class);
            }
            assertReplayed(session.replay(older.descriptor(), older.frames().start()), older.frames(), 0);
        }
    }

    /** This happens if the compare-and-set that registers the generation is refused. */
    @Test
    void aGenerationThatWasPreparedAndNeverUsedHindersNobody() {
        write();
        try (WalSession session = process().attach(uri(), AttachMode.EXISTING)) {
            session.prepare(2 * EPOCH);
        }
        Generation third = write(3 * EPOCH, 1, sizes(5, 7));
        try (WalSession session = process().attach(uri(), AttachMode.EXISTING)) {
            assertReplayed(
                    session.fenceAndReplay(third.descriptor(), third.frames().start()), third.frames(), 0);
        }
    }

    @Test
    void noncesDiffer() {
        assertThat(write(EPOCH, 1).descriptor().nonce())
                .isNotEqualTo(write(2 * EPOCH, 1).descriptor().nonce());
    }

    @Test
    void aReleasedGenerationKeepsNoFrames() throws Exception {
        Generation written = write(sizes(30, 8));
        assertThat(fixture().framesKept(written.descriptor())).isPositive();
        try (WalSession session = process().attach(uri(), AttachMode.EXISTING)) {
            session.fenceAndReplay(written.descriptor(), written.frames().start());
            session.release(written.descriptor());
        }
        assertThat(fixture().framesKept(written.descriptor())).isZero();
    }

    @Test
    void releasingTwiceIsHarmlessAlsoFromAnotherProcess() {
        Generation written = write(sizes(5, 9));
        for (int i = 0; i < 2; i++) {
            try (WalSession session = process().attach(uri(), AttachMode.EXISTING)) {
                session.release(written.descriptor());
                session.release(written.descriptor());
            }
        }
        Generation next = write(2 * EPOCH, 6, sizes(5, 10));
        try (WalSession session = process().attach(uri(), AttachMode.EXISTING)) {
            session.release(written.descriptor()); // a late release by the older process
            assertReplayed(
                    session.fenceAndReplay(next.descriptor(), next.frames().start()), next.frames(), 0);
        }
    }

    /** An unmounted path or a wrong bucket must not look like an empty WAL. */
    @Test
    void aDescriptorWithoutOpeningRecordIsUnreachable() {
        Generation written = write(sizes(3, 11));
        WalDescriptor descriptor = written.descriptor();
        WalDescriptor otherNonce = like(descriptor, descriptor.walEpoch(), descriptor.nonce() + 1);
        WalDescriptor otherEpoch = like(descriptor, descriptor.walEpoch() + EPOCH, descriptor.nonce());
        try (WalSession session = process().attach(uri(), AttachMode.EXISTING)) {
            for (WalDescriptor other : List.of(otherNonce, otherEpoch)) {
                assertThatThrownBy(() -> session.fence(other, 1))
                        .isInstanceOf(StorageException.class)
                        .hasMessageContaining("unreachable");
                assertThatThrownBy(() -> session.replay(other, WalFrames.start(other, 1)))
                        .isInstanceOf(StorageException.class)
                        .hasMessageContaining("unreachable");
            }
        }
    }

    @Test
    void aMediumThatIsNotThereIsNeverAttachedAsExistingAndReadAsEmpty() throws Exception {
        WalDescriptor descriptor = write(sizes(3, 12)).descriptor();
        fixture().takeAway(uri());
        assertThatThrownBy(() -> {
                    try (WalSession session = process().attach(uri(), AttachMode.EXISTING)) {
                        session.fenceAndReplay(descriptor, WalFrames.start(descriptor, 1));
                    }
                })
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("unreachable");
    }

    @Test
    void whatBelongsToAnotherNodeOrStoreIsNotTouched() {
        Generation written = write(sizes(3, 13));
        for (WalProcess stranger : List.of(process(STORE, NODE + 1), process(new UUID(8, 8), NODE))) {
            assertThatThrownBy(() -> {
                        try (WalSession session = stranger.attach(uri(), AttachMode.EXISTING)) {
                            session.fenceAndReplay(
                                    written.descriptor(), written.frames().start());
                        }
                    })
                    .isInstanceOfAny(StorageException.class, ConflictException.class);
        }
        try (WalSession session = process().attach(uri(), AttachMode.EXISTING)) {
            assertReplayed(
                    session.fenceAndReplay(
                            written.descriptor(), written.frames().start()),
                    written.frames(),
                    0);
        }
    }

    @Test
    void inspectionShowsWhatIsThere() {
        Generation written = write(sizes(9, 14));
        WalInspection.FoundGeneration found = inspect(written.descriptor());
        assertThat(found.storeId()).isEqualTo(STORE);
        assertThat(found.nodeId()).isEqualTo(NODE);
        assertThat(found.frames()).isEqualTo(9);
        assertThat(found.firstSequence()).isEqualTo(1);
        assertThat(found.lastSequence()).isEqualTo(9);
        assertThat(found.ackedThrough()).isEqualTo(8);
        assertThat(found.bytes())
                .isEqualTo(written.frames().written().stream()
                        .mapToLong(WalFrames.Written::frameBytes)
                        .sum());
        assertThat(found.isFenced()).isFalse();
    }

    @Test
    void inspectionShowsTheFence() {
        Generation written = write(sizes(3, 15));
        try (WalSession session = process().attach(uri(), AttachMode.EXISTING)) {
            session.fence(written.descriptor(), 1);
        }
        assertThat(inspect(written.descriptor()).isFenced()).isEqualTo(fixture().fencing() == WalFencing.SHARED);
    }

    @Test
    void inspectionDoesNotDisturbAWriter() {
        Generation written;
        try (WalSession session = process().attach(uri(), AttachMode.CREATE)) {
            WalDescriptor descriptor = session.prepare(EPOCH);
            written = new Generation(descriptor, new WalFrames(descriptor, NODE, 1));
            WriteAheadLog log = session.create(descriptor, 1);
            for (int i = 0; i < 5; i++) {
                append(log, written.frames(), 3000);
                assertThat(inspect(descriptor).frames()).isBetween(0L, i + 1L);
                if (fixture().fencing() == WalFencing.LOCK) {
                    assertThatThrownBy(() -> process().attach(uri(), AttachMode.EXISTING))
                            .isInstanceOf(ConflictException.class);
                }
            }
            log.close();
        }
        try (WalSession session = process().attach(uri(), AttachMode.EXISTING)) {
            assertReplayed(
                    session.fenceAndReplay(
                            written.descriptor(), written.frames().start()),
                    written.frames(),
                    0);
        }
    }

    private WalInspection.FoundGeneration inspect(WalDescriptor descriptor) {
        WalProcess process = process();
        WalInspection inspection;
        try {
            inspection = WalSession.get(process.provider().inspect(uri(), process.context()));
        } catch (InvalidRequestException e) {
            return WalFixture.skip("" + e.getMessage());
        }
        assertThat(inspection.medium()).isNotEmpty();
        return inspection.generations().stream()
                .filter(found -> found.walEpoch() == descriptor.walEpoch())
                .findFirst()
                .orElseThrow();
    }

    private static WalDescriptor like(WalDescriptor d, long walEpoch, long nonce) {
        return new WalDescriptor(
                d.uri(),
                walEpoch,
                nonce,
                d.alignment(),
                d.maxFrameBytes(),
                d.maxInFlight(),
                d.maxInFlightBytes(),
                d.capacityBytes(),
                d.properties());
    }
}
