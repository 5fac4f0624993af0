package io.s3stream.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WalProfile;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.spi.wal.WriteAheadLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The contract for frames of all sizes, positions and space. */
public abstract class WalSpaceContract extends WalContractFixture {

    private static final long MAX_CAPACITY_TO_FILL = 64 << 20;

    @Test
    void theProfileIsThatOfTheDescriptorAndUsable() {
        try (WalSession session = process().attach(uri(), AttachMode.CREATE)) {
            WalDescriptor descriptor = session.prepare(EPOCH);
            WriteAheadLog log = session.create(descriptor, 1);
            WalProfile profile = log.profile();
            assertThat(Integer.bitCount(profile.alignment())).isEqualTo(1);
            assertThat(profile.maxFrameBytes()).isPositive().isLessThanOrEqualTo(WalFixture.MAX_FRAME_BYTES);
            assertThat(profile.maxFrameBytes() % profile.alignment()).isZero();
            assertThat(profile.capacityBytes()).isGreaterThanOrEqualTo(profile.maxFrameBytes());
            assertThat(profile.maxInFlight()).isPositive();
            assertThat(profile.maxInFlightBytes()).isPositive();
            assertThat(profile.linger()).isGreaterThanOrEqualTo(Duration.ZERO);
            assertThat(descriptor.uri()).isEqualTo(uri());
            assertThat(descriptor.walEpoch()).isEqualTo(EPOCH);
            assertThat(descriptor.alignment()).isEqualTo(profile.alignment());
            assertThat(descriptor.maxFrameBytes()).isEqualTo(profile.maxFrameBytes());
            assertThat(descriptor.maxInFlight()).isEqualTo(profile.maxInFlight());
            assertThat(descriptor.maxInFlightBytes()).isEqualTo(profile.maxInFlightBytes());
            assertThat(log.usedBytes()).isZero();
            log.close();
        }
    }

    @Test
    void framesOfAllSizesFromEmptyToTheLargestAreReplayed() {
        Generation written;
        try (WalSession session = process().attach(uri(), AttachMode.CREATE)) {
            WalDescriptor descriptor = session.prepare(EPOCH);
            WalFrames frames = new WalFrames(descriptor, NODE, 1);
            int largest = WalFrames.payloadOf(descriptor.maxFrameBytes());
            try (WriteAheadLog log = session.create(descriptor, 1)) {
                for (int payload : new int[] {0, 1, largest, 0, largest - 1, 1, largest}) {
                    append(log, frames, payload);
                    long committed = frames.last().sequence();
                    if (committed < 4) { // so that the frame fits the smallest medium
                        log.trim(frames.last().endPosition());
                    }
                }
            }
            assertThat(frames.written().get(2).frameBytes()).isEqualTo(descriptor.maxFrameBytes());
            written = new Generation(descriptor, frames);
        }
        try (WalSession session = process().attach(uri(), AttachMode.EXISTING)) {
            assertReplayed(
                    session.fenceAndReplay(
                            written.descriptor(), written.frames().anchor(3)),
                    written.frames(),
                    3);
        }
    }

    @Test
    void asManyFramesAsMayBeInFlightCompleteWithoutAnyAfterThem() {
        Generation written;
        try (WalSession session = process().attach(uri(), AttachMode.CREATE)) {
            WalDescriptor descriptor = session.prepare(EPOCH);
            WalFrames frames = new WalFrames(descriptor, NODE, 1);
            try (WriteAheadLog log = session.create(descriptor, 1)) {
                List<CompletableFuture<Void>> appends = new ArrayList<>();
                for (int i = 0; i < descriptor.maxInFlight(); i++) {
                    appends.add(log.append(Objects.requireNonNull(frames.next(log, 100, 0))));
                }
                appends.forEach(WalSession::get);
            }
            written = new Generation(descriptor, frames);
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
    void spaceIsReusedManyTimesOverWithSeveralWritesInFlight() {
        Generation written;
        WalLoad load;
        try (WalSession session = process().attach(uri(), AttachMode.CREATE)) {
            WalDescriptor descriptor = session.prepare(EPOCH);
            assumeTrue(descriptor.capacityBytes() <= MAX_CAPACITY_TO_FILL, "the medium is too large to fill");
            WriteAheadLog log = session.create(descriptor, 1);
            written = new Generation(descriptor, new WalFrames(descriptor, NODE, 1));
            load = new WalLoad(log, written.frames(), 3);
            while (written.frames().last().endPosition() < 3 * descriptor.capacityBytes()) {
                load.run(50);
                assertThat(load.failure()).isNull();
                assertThat(log.usedBytes()).isBetween(0L, descriptor.capacityBytes());
            }
            log.close();
        }
        try (WalSession session = process().attach(uri(), AttachMode.EXISTING)) {
            int committed = (int) load.trimmed().sequence();
            List<WalSession.Read> replayed = session.fenceAndReplay(written.descriptor(), load.trimmed());
            assertReplayed(replayed, written.frames(), committed);
        }
    }

    @Test
    void aFullWalRefusesReservationsUntilItIsTrimmed() {
        try (WalSession session = process().attach(uri(), AttachMode.CREATE)) {
            WalDescriptor descriptor = session.prepare(EPOCH);
            assumeTrue(descriptor.capacityBytes() <= MAX_CAPACITY_TO_FILL, "the medium is too large to fill");
            WriteAheadLog log = session.create(descriptor, 1);
            WalFrames frames = new WalFrames(descriptor, NODE, 1);
            int largest = WalFrames.payloadOf(descriptor.maxFrameBytes());
            for (WalFrame frame = frames.next(log, largest, 0); frame != null; frame = frames.next(log, largest, 0)) {
                WalSession.get(log.append(frame));
            }
            assertThat(log.usedBytes())
                    .isGreaterThan(descriptor.capacityBytes() - descriptor.maxFrameBytes())
                    .isLessThanOrEqualTo(descriptor.capacityBytes());
            assertThat(log.reserve(descriptor.maxFrameBytes())).isEqualTo(-1);

            log.trim(frames.anchor(2).endPosition());

            append(log, frames, largest);
            log.close();
            assertReplayed(session.fenceAndReplay(descriptor, frames.anchor(2)), frames, 2);
        }
    }

    @Test
    void trimmingTwiceOrBackwardsChangesNothing() {
        try (WalSession session = process().attach(uri(), AttachMode.CREATE)) {
            WalDescriptor descriptor = session.prepare(EPOCH);
            WriteAheadLog log = session.create(descriptor, 1);
            WalFrames frames = new WalFrames(descriptor, NODE, 1);
            for (int i = 0; i < 6; i++) {
                append(log, frames, 1000);
            }
            log.trim(frames.anchor(4).endPosition());
            long used = log.usedBytes();
            log.trim(frames.anchor(4).endPosition());
            log.trim(frames.anchor(1).endPosition());
            log.trim(0);
            assertThat(log.usedBytes()).isEqualTo(used);
            log.close();
            assertReplayed(session.fenceAndReplay(descriptor, frames.anchor(4)), frames, 4);
        }
    }

    @Test
    void framesThatWereNotReservedAreRefused() {
        try (WalSession session = process().attach(uri(), AttachMode.CREATE)) {
            WalDescriptor descriptor = session.prepare(EPOCH);
            WriteAheadLog log = session.create(descriptor, 1);
            int tooLarge = descriptor.maxFrameBytes() + descriptor.alignment();
            for (int wrong : new int[] {tooLarge, 0, -descriptor.alignment()}) {
                assertThatThrownBy(() -> log.reserve(wrong))
                        .isInstanceOf(InvalidRequestException.class)
                        .hasMessageContaining(Integer.toString(wrong));
            }
            if (descriptor.alignment() > 1) {
                assertThatThrownBy(() -> log.reserve(descriptor.alignment() + 1))
                        .isInstanceOf(InvalidRequestException.class);
            }
            WalFrames frames = new WalFrames(descriptor, NODE, 1);
            WalFrame frame = Objects.requireNonNull(frames.next(log, 100, 0));
            WalSession.get(log.append(frame));
            assertThatThrownBy(() -> WalSession.get(log.append(frame))).isInstanceOf(InvalidRequestException.class);
            log.close();
        }
    }

    @Test
    void aClosedWriterTakesNoMoreFrames() {
        try (WalSession session = process().attach(uri(), AttachMode.CREATE)) {
            WalDescriptor descriptor = session.prepare(EPOCH);
            WriteAheadLog log = session.create(descriptor, 1);
            WalFrames frames = new WalFrames(descriptor, NODE, 1);
            append(log, frames, 100);
            WalFrame late = Objects.requireNonNull(frames.next(log, 100, 1));
            log.close();
            log.close();
            assertThatThrownBy(() -> WalSession.get(log.append(late))).isInstanceOf(StoreClosedException.class);
            assertThat(session.fenceAndReplay(descriptor, frames.start())).hasSize(1);
        }
    }
}
