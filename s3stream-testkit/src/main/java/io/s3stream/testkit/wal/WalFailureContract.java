package io.s3stream.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.spi.wal.WriteAheadLog;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The contract for media that fail, respond late or never, or hold bytes that no writer wrote. */
public abstract class WalFailureContract extends WalFencingContract {

    @Test
    void aFailedAppendEndsTheGenerationAndLosesNothingThatWasAcknowledged() {
        Generation written;
        long acked;
        try (WalSession session = process().attach(uri(), AttachMode.CREATE)) {
            WalDescriptor descriptor = session.prepare(EPOCH);
            written = new Generation(descriptor, new WalFrames(descriptor, NODE, 1));
            WriteAheadLog log = session.create(descriptor, 1);
            for (int i = 0; i < 5; i++) {
                append(log, written.frames(), 3000);
            }
            acked = 5;
            fixture().failWrites(true);
            assertFails(log, written.frames(), acked);
            fixture().failWrites(false);
            assertFails(log, written.frames(), acked); // the generation has ended, and no write is retried
            log.close();
        }
        assertRecovers(written, acked);
    }

    @Test
    void lostResponsesLoseNothingAndWriteNothingTwice() {
        Generation written;
        long acked = 3;
        try (WalSession session = process().attach(uri(), AttachMode.CREATE)) {
            WalDescriptor descriptor = session.prepare(EPOCH);
            written = new Generation(descriptor, new WalFrames(descriptor, NODE, 1));
            WriteAheadLog log = session.create(descriptor, 1);
            for (int i = 0; i < acked; i++) {
                append(log, written.frames(), 3000);
            }
            fixture().loseResponses(true);
            CompletableFuture<Void> unsure =
                    log.append(Objects.requireNonNull(written.frames().next(log, 3000, acked)));
            Awaitility.await("a response, or the write on the medium").until(unsure::isDone);
            fixture().loseResponses(false);
            if (!unsure.isCompletedExceptionally()) {
                append(log, written.frames(), 3000);
                acked += 2;
            }
            log.close();
        }
        assertRecovers(written, acked);
    }

    @Test
    void appendsCompleteOnlyWhenTheirWritesHaveEndedAndSoDoesClose() {
        Generation written;
        long acked = 1;
        try (WalSession session = process().attach(uri(), AttachMode.CREATE)) {
            WalDescriptor descriptor = session.prepare(EPOCH);
            written = new Generation(descriptor, new WalFrames(descriptor, NODE, 1));
            WriteAheadLog log = session.create(descriptor, 1);
            append(log, written.frames(), 100);
            fixture().holdWrites(true);
            List<WalFrame> inFlight = new ArrayList<>();
            List<CompletableFuture<Void>> appends = new ArrayList<>();
            for (int i = 0; i < Math.min(4, descriptor.maxInFlight()); i++) {
                WalFrame frame = Objects.requireNonNull(written.frames().next(log, 3000, 1));
                inFlight.add(frame);
                appends.add(log.append(frame));
            }
            Awaitility.await("a write is in flight").until(() -> fixture().heldWrites() > 0);
            CompletableFuture<Void> closed = log.closeAsync();
            assertThat(closed).isNotDone();
            assertThat(appends.get(0)).isNotDone();

            fixture().holdWrites(false);
            WalSession.get(closed);
            awaitAll(appends);
            inFlight.forEach(frame -> WalLoad.scribble(frame.bytes())); // R29: the WAL no longer reads them
            acked += completedInOrder(appends);
        }
        assertRecovers(written, acked);
    }

    @Test
    void closingUnderLoadCompletesEveryAppend() {
        for (int round = 1; round <= 10; round++) {
            WalSession session = process().attach(uri(), AttachMode.CREATE);
            WalDescriptor descriptor = session.prepare(round * EPOCH);
            WriteAheadLog log = session.create(descriptor, 1);
            WalFrames frames = new WalFrames(descriptor, NODE, 1);
            List<WalFrame> inFlight = new ArrayList<>();
            List<CompletableFuture<Void>> appends = new ArrayList<>();
            for (int i = 0; i < Math.min(round, descriptor.maxInFlight()); i++) {
                WalFrame frame = Objects.requireNonNull(frames.next(log, 2000, 0));
                inFlight.add(frame);
                appends.add(log.append(frame));
            }
            WalSession.get(log.closeAsync());
            awaitAll(appends);
            inFlight.forEach(frame -> WalLoad.scribble(frame.bytes()));
            List<WalSession.Read> replayed = session.fenceAndReplay(descriptor, frames.start());
            assertPrefix(replayed, frames, 0);
            assertThat(replayed).hasSizeGreaterThanOrEqualTo(completedInOrder(appends));
            session.release(descriptor);
            session.close();
        }
    }

    @Test
    void garbageAfterTheTailIsTheEnd() throws Exception {
        Random random = new Random(31);
        for (int kind = 0; kind < 5; kind++) {
            long walEpoch = (kind + 1) * EPOCH;
            Generation written = write(walEpoch, 1, sizes(6, 32 + kind));
            byte[] garbage = garbage(kind, written, random);
            fixture().putGarbage(written.descriptor(), written.frames().anchor(6), garbage);
            try (WalSession session = process().attach(uri(), AttachMode.EXISTING)) {
                List<WalSession.Read> replayed = session.fenceAndReplay(
                        written.descriptor(), written.frames().start());
                assertThat(replayed).as("kind " + kind).hasSize(6);
                assertPrefix(replayed, written.frames(), 0);
                session.release(written.descriptor());
            }
        }
    }

    /** Returns noise, zeros, an older frame, a torn next frame, or a frame with another chain value. */
    private static byte[] garbage(int kind, Generation written, Random random) {
        byte[] noise = new byte[8192];
        random.nextBytes(noise);
        return switch (kind) {
            case 0 -> noise;
            case 1 -> new byte[8192];
            case 2 -> written.frames().written().get(2).bytes();
            case 3 -> tornNextFrame(written.frames());
            default -> strangeNextFrame(written);
        };
    }

    private static byte[] tornNextFrame(WalFrames frames) {
        WalAnchor last = frames.last();
        byte[] torn = WalSession.copy(
                frames.seal(last.endPosition(), WalFrames.payload(last.sequence() + 1, 7000), last.sequence())
                        .bytes());
        Arrays.fill(torn, torn.length / 2, torn.length, (byte) 0);
        return torn;
    }

    private static byte[] strangeNextFrame(Generation written) {
        WalAnchor last = written.frames().last();
        WalFrames strange = new WalFrames(written.descriptor(), NODE, last.sequence() + 1);
        return WalSession.copy(strange.seal(last.endPosition(), WalFrames.payload(7, 3000), last.sequence())
                .bytes());
    }

    @Test
    void aDamagedFrameThatWasAcknowledgedIsReported() throws Exception {
        Generation written = write(sizes(10, 33));
        fixture().damage(written.descriptor(), written.frames().written().get(3), WalFrames.OVERHEAD_BYTES);
        try (WalSession session = process().attach(uri(), AttachMode.EXISTING)) {
            session.fence(written.descriptor(), 1);
            assertThatThrownBy(() -> session.replay(
                            written.descriptor(), written.frames().start()))
                    .isInstanceOf(CorruptedDataException.class)
                    .hasMessageContaining("4");
            assertReplayed(session.replay(written.descriptor(), written.frames().anchor(4)), written.frames(), 4);
        }
    }

    /** R7: no evidence tells whether the last frame was acknowledged, so the log ends before it, as if it were torn. */
    @Test
    void aDamagedLastFrameIsTheEnd() throws Exception {
        Generation written = write(sizes(10, 34));
        fixture().damage(written.descriptor(), written.frames().written().get(9), WalFrames.OVERHEAD_BYTES);
        try (WalSession session = process().attach(uri(), AttachMode.EXISTING)) {
            List<WalSession.Read> replayed = session.fenceAndReplay(
                    written.descriptor(), written.frames().start());
            assertThat(replayed).hasSize(9);
            assertPrefix(replayed, written.frames(), 0);
        }
    }

    /** Waits for all appends of a closed writer. Each must complete, with or without a failure. */
    private static void awaitAll(List<CompletableFuture<Void>> appends) {
        WalSession.get(CompletableFuture.allOf(appends.stream()
                .map(append -> append.handle((done, error) -> null))
                .toArray(CompletableFuture<?>[]::new)));
    }

    private static int completedInOrder(List<CompletableFuture<Void>> appends) {
        int completed = 0;
        while (completed < appends.size() && !appends.get(completed).isCompletedExceptionally()) {
            completed++;
        }
        return completed;
    }

    private void assertRecovers(Generation written, long acked) {
        try (WalSession session = process().attach(uri(), AttachMode.EXISTING)) {
            List<WalSession.Read> replayed = session.fenceAndReplay(
                    written.descriptor(), written.frames().start());
            assertPrefix(replayed, written.frames(), 0);
            assertThat(replayed).hasSizeGreaterThanOrEqualTo((int) acked);
        }
    }

    private static void assertFails(WriteAheadLog log, WalFrames frames, long acked) {
        WalFrame frame = Objects.requireNonNull(frames.next(log, 3000, acked));
        assertThatThrownBy(() -> WalSession.get(log.append(frame))).isInstanceOf(StreamException.class);
    }
}
