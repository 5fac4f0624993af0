package io.s3stream.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.FencedException;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.spi.wal.WriteAheadLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * The contract for two openers of a WAL [R13].
 *
 * <p>The suite acknowledges in order, as the engine does: an append counts when it and all appends before it have
 * completed. A frame may be durable before the fence and complete after it; such a frame must be in the replay. A frame
 * issued after the fence had returned must never count.
 */
public abstract class WalFencingContract extends WalGenerationContract {

    /** The number of rounds; fewer for a slow medium. */
    private static final int ROUNDS = Integer.getInteger("contract.rounds", 15);

    @Test
    void anAttachedMediumIsRefusedToOthersUntilItIsClosed() {
        assumeTrue(fixture().fencing() == WalFencing.LOCK, "it is shared");
        try (WalSession session = process().attach(uri(), AttachMode.CREATE)) {
            for (AttachMode mode : AttachMode.values()) {
                assertThatThrownBy(() -> process().attach(uri(), mode))
                        .isInstanceOf(ConflictException.class)
                        .hasMessageContaining("held by");
            }
            assertThat(session.prepare(EPOCH).capacityBytes()).isPositive();
        }
        process().attach(uri(), AttachMode.EXISTING).close();
    }

    /** The engine keeps a shared medium attached, and closes an exclusive one so that other processes can attach it. */
    @Test
    void aMediumSaysWhetherItIsExclusive() {
        try (WalSession session = process().attach(uri(), AttachMode.CREATE)) {
            assertThat(session.medium().isExclusive()).isEqualTo(fixture().fencing() == WalFencing.LOCK);
        }
    }

    @Test
    void aFenceStopsAWriterOfTheSameSession() {
        try (WalSession session = process().attach(uri(), AttachMode.CREATE)) {
            WalDescriptor descriptor = session.prepare(EPOCH);
            WriteAheadLog log = session.create(descriptor, 1);
            WalFrames frames = new WalFrames(descriptor, NODE, 1);
            append(log, frames, 100);
            session.fence(descriptor, 1);
            WalFrame late = Objects.requireNonNull(frames.next(log, 100, 1));
            assertThatThrownBy(() -> WalSession.get(log.append(late))).isInstanceOf(FencedException.class);
            List<WalSession.Read> replayed = session.replay(descriptor, frames.start());
            assertPrefix(replayed, frames, 0); // with or without unacknowledged frames
            assertThat(replayed).isNotEmpty();
            log.close();
        }
    }

    @Test
    void aFenceMayBeRepeatedByAnybody() {
        Generation written = write(sizes(10, 21));
        for (int i = 0; i < 3; i++) {
            try (WalSession session = process().attach(uri(), AttachMode.EXISTING)) {
                for (int j = 0; j < 2; j++) {
                    assertReplayed(
                            session.fenceAndReplay(
                                    written.descriptor(), written.frames().start()),
                            written.frames(),
                            0);
                }
                WalAnchor middle = written.frames().anchor(4 + i);
                assertReplayed(session.fenceAndReplay(written.descriptor(), middle), written.frames(), 4 + i);
            }
        }
    }

    @Test
    void anOlderOpenerIsToldThatItWasFenced() {
        assumeTrue(fixture().fencing() == WalFencing.SHARED, "a lock fences it");
        WalSession older = process().attach(uri(), AttachMode.CREATE);
        WalDescriptor descriptor = older.prepare(EPOCH);
        WriteAheadLog log = older.create(descriptor, 1);
        WalFrames frames = new WalFrames(descriptor, NODE, 1);
        append(log, frames, 100);
        WalSession newer = process().attach(uri(), AttachMode.EXISTING);
        newer.fence(descriptor, 1);
        for (int i = 0; i < 3; i++) {
            WalFrame late = Objects.requireNonNull(frames.next(log, 100, 1));
            assertThatThrownBy(() -> WalSession.get(log.append(late))).isInstanceOf(FencedException.class);
        }
        List<WalSession.Read> replayed = newer.replay(descriptor, frames.start());
        assertPrefix(replayed, frames, 0); // with or without unacknowledged frames
        assertThat(replayed).isNotEmpty();
        log.close();
    }

    /** Each opener takes over from the one before, which continues to append as fast as it can. */
    @Test
    void openersUnderLoadTakeOverFromEachOther() {
        assumeTrue(fixture().fencing() == WalFencing.SHARED, "a lock fences it");
        Random random = new Random(22);
        WalSession session = process().attach(uri(), AttachMode.CREATE);
        long first = 1;
        for (int round = 1; round <= ROUNDS; round++) {
            WalDescriptor descriptor = session.prepare(round * EPOCH);
            WriteAheadLog log = session.create(descriptor, first);
            WalFrames frames = new WalFrames(descriptor, NODE, first);
            WalLoad load = new WalLoad(log, frames, round);
            CompletableFuture<Void> ended = load.start();
            load.awaitAcked(first + random.nextInt(40));

            WalSession newer = process().attach(uri(), AttachMode.EXISTING);
            WalAnchor committed = load.freeze();
            newer.fence(descriptor, committed.sequence() + 1);
            load.fenceReturned();
            List<WalSession.Read> replayed = newer.replay(descriptor, committed);

            Awaitility.await("the older opener notices, or is full")
                    .until(() -> ended.isDone() || log.usedBytes() > descriptor.capacityBytes() / 2);
            load.stop();
            WalSession.get(ended);
            assertPrefix(replayed, frames, (int) (committed.sequence() + 1 - first));
            long end = committed.sequence() + replayed.size();
            assertThat(end).as("acknowledged, so replayed [R13]").isGreaterThanOrEqualTo(load.acked());
            assertThat(newer.replay(descriptor, committed))
                    .as("a second replay, with or without later frames of the older opener")
                    .hasSizeGreaterThanOrEqualTo(replayed.size());
            session.close();
            newer.release(descriptor);
            session = newer;
            first = end + 1;
        }
    }

    /** L3: writes that the older opener sent before the fence arrive after the replay. */
    @Test
    void writesThatArriveAfterTheReplayChangeNothing() {
        assumeTrue(fixture().fencing() == WalFencing.SHARED, "a lock fences it");
        WalSession older = process().attach(uri(), AttachMode.CREATE);
        WalDescriptor descriptor = older.prepare(EPOCH);
        WriteAheadLog log = older.create(descriptor, 1);
        WalFrames frames = new WalFrames(descriptor, NODE, 1);
        append(log, frames, 5000);
        fixture().holdWrites(true);
        List<CompletableFuture<Void>> appends = new ArrayList<>();
        for (int i = 0; i < Math.min(3, descriptor.maxInFlight()); i++) {
            appends.add(log.append(Objects.requireNonNull(frames.next(log, 5000, 1))));
        }
        Awaitility.await("a write is in flight").until(() -> fixture().heldWrites() > 0);

        WalSession newer = process().attach(uri(), AttachMode.EXISTING);
        List<WalSession.Read> replayed = newer.fenceAndReplay(descriptor, frames.start());
        assertPrefix(replayed, frames, 0);
        assertThat(replayed).isNotEmpty();

        fixture().holdWrites(false);
        WalSession.get(log.closeAsync());
        // A medium that is written in place may show more unacknowledged frames; the sealed end decides.
        List<WalSession.Read> again = newer.replay(descriptor, frames.start());
        assertPrefix(again, frames, 0);
        assertThat(again).hasSizeGreaterThanOrEqualTo(replayed.size());
        for (int i = 0; i < appends.size(); i++) {
            CompletableFuture<Void> append = appends.get(i);
            Awaitility.await("an append of a closed writer completes").until(append::isDone);
            if (append.isCompletedExceptionally()) {
                break; // no frame behind it is ever acknowledged
            }
            assertThat(replayed).hasSizeGreaterThan(i + 1);
        }
    }
}
