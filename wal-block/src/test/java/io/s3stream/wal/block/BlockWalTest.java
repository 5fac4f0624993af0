package io.s3stream.wal.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.FencedException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.testkit.runtime.ThreadedTestRuntime;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole SPI, on a file with direct I/O. Subclasses run it on other media. */
class BlockWalTest {

    private static final int FRAME = 64 << 10;

    @TempDir
    Path directory;

    private final ThreadedTestRuntime runtime = new ThreadedTestRuntime(1);
    private final WalContext context = Wal.context(runtime, FRAME);
    private final BlockWalProvider provider = new BlockWalProvider();
    private URI uri;

    /** A medium that is fresh. */
    URI freshMedium() throws Exception {
        return URI.create("block://" + directory.resolve("wal") + "?capacity=1MiB");
    }

    @BeforeEach
    void chooseMedium() throws Exception {
        uri = freshMedium();
    }

    @AfterEach
    void allThreadsEnd() {
        runtime.close();
    }

    @Test
    void theProviderIsFoundByScheme() {
        assertThat(ServiceLoader.load(WalProvider.class).stream().flatMap(found -> found.get().schemes().stream()))
                .contains("block");
    }

    @Test
    void optionsAreNoPartOfAMediumsIdentity() {
        assertThat(provider.mediumId(URI.create("block:///a/./b?capacity=1MiB")))
                .isEqualTo(provider.mediumId(URI.create("block:///a/b")));
    }

    @Test
    void appendedFramesAreReplayedAfterReattaching() {
        Written run = write(20, new Random(1));
        try (WalMedium medium = Wal.attach(provider, uri, AttachMode.EXISTING, context)) {
            check(
                    run.frames(),
                    Wal.fenceAndReplay(medium, run.descriptor(), run.frames().start()),
                    0);
        }
    }

    @Test
    void replayBeginsAfterTheAnchor() {
        Written run = write(20, new Random(2));
        try (WalMedium medium = Wal.attach(provider, uri, AttachMode.EXISTING, context)) {
            for (int i = 0; i < 20; i++) {
                WalAnchor anchor = run.frames().written.get(i).anchor();
                check(run.frames(), Wal.replay(medium, run.descriptor(), anchor), i + 1);
            }
        }
    }

    @Test
    void theRingIsReusedForManyLapsWithSeveralWritesInFlight() {
        Random random = new Random(3);
        int trimmedFrames = 0;
        Frames frames;
        WalDescriptor descriptor;
        try (WalMedium medium = Wal.attach(provider, uri, AttachMode.CREATE, context)) {
            descriptor = Wal.get(medium.prepare(7));
            WriteAheadLog log = medium.create(descriptor, 1);
            frames = new Frames(descriptor, Wal.NODE, 1);
            List<CompletableFuture<Void>> inFlight = new ArrayList<>();
            while (frames.written.size() < 300) {
                long acked = frames.written.size() - inFlight.size();
                WalFrame frame = frames.next(log, 1 + random.nextInt(FRAME - 200), acked);
                if (frame == null || inFlight.size() == descriptor.maxInFlight()) {
                    inFlight.forEach(Wal::get);
                    inFlight.clear();
                }
                if (frame == null) {
                    trimmedFrames += 1 + random.nextInt(frames.written.size() - trimmedFrames);
                    log.trim(frames.written.get(trimmedFrames - 1).end());
                } else {
                    inFlight.add(log.append(frame));
                }
            }
            inFlight.forEach(Wal::get);
            assertThat(log.usedBytes()).isBetween(0L, log.profile().capacityBytes());
            log.close();
        }
        assertThat(frames.last().endPosition()).isGreaterThan(5L << 20);
        WalAnchor anchor = trimmedFrames == 0
                ? frames.start()
                : frames.written.get(trimmedFrames - 1).anchor();
        try (WalMedium medium = Wal.attach(provider, uri, AttachMode.EXISTING, context)) {
            check(frames, Wal.fenceAndReplay(medium, descriptor, anchor), trimmedFrames);
        }
    }

    @Test
    void aFullRingRefusesReservationsUntilItIsTrimmed() {
        try (WalMedium medium = Wal.attach(provider, uri, AttachMode.CREATE, context)) {
            WalDescriptor descriptor = Wal.get(medium.prepare(7));
            WriteAheadLog log = medium.create(descriptor, 1);
            Frames frames = new Frames(descriptor, Wal.NODE, 1);
            WalFrame frame;
            while ((frame = frames.next(log, FRAME - 200, 0)) != null) {
                Wal.get(log.append(frame));
            }
            assertThat(log.usedBytes()).isGreaterThan(descriptor.capacityBytes() - FRAME);
            assertThat(log.reserve(FRAME)).isEqualTo(-1);
            log.trim(frames.written.get(1).end());
            assertThat(log.reserve(FRAME)).isPositive();
            log.close();
        }
    }

    @Test
    void framesThatWereNotReservedAreRefused() {
        try (WalMedium medium = Wal.attach(provider, uri, AttachMode.CREATE, context)) {
            WalDescriptor descriptor = Wal.get(medium.prepare(7));
            WriteAheadLog log = medium.create(descriptor, 1);
            assertThatThrownBy(() -> log.reserve(FRAME * 2)).isInstanceOf(InvalidRequestException.class);
            assertThatThrownBy(() -> log.reserve(100)).isInstanceOf(InvalidRequestException.class);
            Frames frames = new Frames(descriptor, Wal.NODE, 1);
            WalFrame frame = frames.next(log, 100, 0);
            Wal.get(log.append(frame));
            assertThatThrownBy(() -> Wal.get(log.append(frame))).isInstanceOf(InvalidRequestException.class);
            log.close();
            assertThatThrownBy(() -> Wal.get(log.append(frames.next(log, 100, 0))))
                    .isInstanceOf(StoreClosedException.class);
        }
    }

    @Test
    void aGenerationWithoutFramesReplaysEmpty() {
        Written run = write(0, new Random(4));
        try (WalMedium medium = Wal.attach(provider, uri, AttachMode.EXISTING, context)) {
            assertThat(Wal.fenceAndReplay(medium, run.descriptor(), run.frames().start()))
                    .isEmpty();
        }
    }

    @Test
    void aNewGenerationNeverShowsFramesOfTheOneBefore() {
        Written first = write(20, new Random(5));
        try (WalMedium medium = Wal.attach(provider, uri, AttachMode.EXISTING, context)) {
            Wal.fenceAndReplay(medium, first.descriptor(), first.frames().start());
            assertThatThrownBy(() -> Wal.get(medium.prepare(8))).isInstanceOf(ConflictException.class);
            Wal.get(medium.release(first.descriptor()));
            WalDescriptor second = Wal.get(medium.prepare(8));
            WriteAheadLog log = medium.create(second, 21);
            Frames frames = new Frames(second, Wal.NODE, 21);
            for (int i = 0; i < 3; i++) {
                Wal.get(log.append(frames.next(log, 9000, 20 + i)));
            }
            log.close();
            check(frames, Wal.fenceAndReplay(medium, second, frames.start()), 0);
        }
    }

    @Test
    void fencingStopsAWriterOfTheSameProcess() {
        try (WalMedium medium = Wal.attach(provider, uri, AttachMode.CREATE, context)) {
            WalDescriptor descriptor = Wal.get(medium.prepare(7));
            WriteAheadLog log = medium.create(descriptor, 1);
            Frames frames = new Frames(descriptor, Wal.NODE, 1);
            Wal.get(log.append(frames.next(log, 100, 0)));
            Wal.get(medium.fence(descriptor, 1));
            assertThatThrownBy(() -> Wal.get(log.append(frames.next(log, 100, 1))))
                    .isInstanceOf(FencedException.class);
            assertThat(Wal.replay(medium, descriptor, frames.start())).hasSize(1);
        }
    }

    @Test
    void anAttachedMediumIsRefusedToOthersAndItsHolderNamed() {
        try (WalMedium medium = Wal.attach(provider, uri, AttachMode.CREATE, context)) {
            assertThatThrownBy(() -> Wal.attach(provider, uri, AttachMode.CREATE, context))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining(
                            "held by process " + ProcessHandle.current().pid() + " on host")
                    .hasMessageContaining("since");
            assertThat(Wal.get(medium.prepare(7)).capacityBytes()).isPositive();
        }
        Wal.attach(provider, uri, AttachMode.EXISTING, context).close();
    }

    @Test
    void aDescriptorWithoutOpeningRecordIsUnreachable() {
        Written run = write(3, new Random(6));
        WalDescriptor other = withNonce(run.descriptor(), run.descriptor().nonce() + 1);
        try (WalMedium medium = Wal.attach(provider, uri, AttachMode.EXISTING, context)) {
            assertThatThrownBy(() -> Wal.get(medium.fence(other, 1)))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("unreachable");
            assertThatThrownBy(() -> Wal.get(medium.replay(other, run.frames().start())))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("unreachable");
        }
    }

    @Test
    void aMediumOfAnotherNodeIsRefused() {
        write(3, new Random(7));
        WalContext neighbour = Wal.context(runtime, FRAME, Wal.STORE, Wal.NODE + 1);
        assertThatThrownBy(() -> Wal.attach(provider, uri, AttachMode.CREATE, neighbour))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("node=" + Wal.NODE);
    }

    private record Written(WalDescriptor descriptor, Frames frames) {}

    private Written write(int count, Random random) {
        try (WalMedium medium = Wal.attach(provider, uri, AttachMode.CREATE, context)) {
            WalDescriptor descriptor = Wal.get(medium.prepare(7));
            Frames frames = new Frames(descriptor, Wal.NODE, 1);
            try (WriteAheadLog log = medium.create(descriptor, 1)) {
                for (int i = 0; i < count; i++) {
                    Wal.get(log.append(frames.next(log, 1 + random.nextInt(30_000), i)));
                }
            }
            return new Written(descriptor, frames);
        }
    }

    private static WalDescriptor withNonce(WalDescriptor d, long nonce) {
        return new WalDescriptor(
                d.uri(),
                d.walEpoch(),
                nonce,
                d.alignment(),
                d.maxFrameBytes(),
                d.maxInFlight(),
                d.maxInFlightBytes(),
                d.capacityBytes(),
                d.properties());
    }

    private static void check(Frames frames, List<Wal.Read> replayed, int from) {
        assertThat(replayed).hasSize(frames.written.size() - from);
        for (int i = 0; i < replayed.size(); i++) {
            Frames.Written expected = frames.written.get(from + i);
            assertThat(replayed.get(i).sequence()).isEqualTo(expected.sequence());
            assertThat(replayed.get(i).end()).isEqualTo(expected.end());
            assertThat(replayed.get(i).chain()).isEqualTo(expected.chain());
            assertThat(replayed.get(i).bytes()).isEqualTo(expected.bytes());
        }
    }
}
