package io.s3stream.wal.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.errors.StorageException;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WalInspection;
import io.s3stream.spi.wal.WalInspection.FoundGeneration;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.testkit.runtime.ThreadedTestRuntime;
import io.s3stream.wal.block.format.RingGeometry;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inspection of a medium, including one in use. */
class InspectionTest {

    private static final int FRAME = 64 << 10;

    @TempDir
    Path directory;

    private final ThreadedTestRuntime runtime = new ThreadedTestRuntime(6);
    private final UnpooledByteBufAllocator ledger = new UnpooledByteBufAllocator(true, true);
    private final WalContext context = Wal.context(runtime, FRAME, ledger);
    private final BlockWalProvider provider = new BlockWalProvider();

    @AfterEach
    void memoryIsReturned() {
        runtime.close();
        assertThat(ledger.metric().usedDirectMemory()).isZero();
    }

    private URI uri() {
        return URI.create("block://" + directory.resolve("wal") + "?capacity=1MiB");
    }

    private WalInspection inspect() {
        return Wal.get(provider.inspect(uri(), context));
    }

    /** Acknowledges each frame before the next one. Trims when the ring is full. */
    private static void append(WriteAheadLog log, Frames frames, int count) {
        Random random = new Random(count);
        for (int i = 0; i < count; i++) {
            int payload = 1 + random.nextInt(30_000);
            WalFrame frame = frames.next(log, payload, frames.last().sequence());
            if (frame == null) {
                log.trim(frames.last().endPosition());
                frame = frames.next(log, payload, frames.last().sequence());
            }
            Wal.get(log.append(frame));
        }
    }

    private static String outputOfOtherProcess(String command, URI uri) throws Exception {
        try (Child.Handle child = new Child.Handle(command, uri.toString(), "1")) {
            return child.out.readLine();
        }
    }

    /** POSIX: closing any other channel of this process on the file would drop its lock. */
    @Test
    void mediumInUseIsInspectedFromSameJvmAndStaysLocked() throws Exception {
        try (WalMedium medium = Wal.attach(provider, uri(), AttachMode.CREATE, context)) {
            WalDescriptor descriptor = Wal.get(medium.prepare(7));
            WriteAheadLog log = medium.create(descriptor, 1);
            Frames frames = new Frames(descriptor, Wal.NODE, 1);
            append(log, frames, 300); // several laps
            for (int i = 0; i < 3; i++) {
                WalInspection inspection = inspect();
                assertThat(inspection.medium())
                        .contains("exclusive mode")
                        .contains("process " + ProcessHandle.current().pid());
                FoundGeneration found = inspection.generations().get(0);
                assertThat(found.walEpoch()).isEqualTo(7);
                assertThat(found.lastSequence()).isEqualTo(300);
                assertThat(found.ackedThrough()).isEqualTo(299);
                assertThat(found.frames()).isEqualTo(300 - found.firstSequence() + 1);
                assertThat(found.bytes()).isBetween(descriptor.capacityBytes() * 3 / 4, descriptor.capacityBytes());
                assertThat(found.end()).isEmpty();
                assertThat(found.isFenced()).isFalse();
            }
            assertThat(outputOfOtherProcess("try", uri())).startsWith("conflict");
            append(log, frames, 5);
            log.close();
        }
        assertThat(outputOfOtherProcess("try", uri())).isEqualTo("attached");
    }

    @Test
    void mediumInUseIsInspectedFromOtherProcessAndStaysLocked() throws Exception {
        try (WalMedium medium = Wal.attach(provider, uri(), AttachMode.CREATE, context)) {
            WalDescriptor descriptor = Wal.get(medium.prepare(7));
            try (WriteAheadLog log = medium.create(descriptor, 1)) {
                append(log, new Frames(descriptor, Wal.NODE, 1), 20);
            }
            assertThat(outputOfOtherProcess("inspect", uri()))
                    .contains("walEpoch=7, frames=20, firstSequence=1, lastSequence=20, ackedThrough=19");
            assertThat(outputOfOtherProcess("try", uri())).startsWith("conflict");
        }
    }

    @Test
    void inspectionChangesNothing() throws Exception {
        try (WalMedium medium = Wal.attach(provider, uri(), AttachMode.CREATE, context)) {
            Wal.get(medium.prepare(7));
        }
        byte[] before = Files.readAllBytes(directory.resolve("wal"));
        assertThat(inspect().generations()).singleElement().satisfies(found -> {
            assertThat(found.frames()).isZero();
            assertThat(found.end()).isEmpty();
        });
        assertThat(Files.readAllBytes(directory.resolve("wal"))).isEqualTo(before);
    }

    @Test
    void firstBadFrameIsNamedWithItsPosition() throws Exception {
        Frames frames;
        WalDescriptor descriptor;
        try (WalMedium medium = Wal.attach(provider, uri(), AttachMode.CREATE, context)) {
            descriptor = Wal.get(medium.prepare(7));
            frames = new Frames(descriptor, Wal.NODE, 1);
            try (WriteAheadLog log = medium.create(descriptor, 1)) {
                append(log, frames, 30);
            }
        }
        byte[] bytes = Files.readAllBytes(directory.resolve("wal"));
        long position = frames.written.get(19).position();
        bytes[(int) RingGeometry.of(descriptor).physical(position) + 200] ^= 4;
        Files.write(directory.resolve("wal"), bytes);
        FoundGeneration found = inspect().generations().get(0);
        assertThat(found.lastSequence()).isEqualTo(19);
        assertThat(found.end().orElseThrow()).contains("sequence=20 position=" + position);
    }

    @Test
    void everyRemainingGenerationIsFound() {
        for (int epoch = 1; epoch <= 3; epoch++) {
            try (WalMedium medium = Wal.attach(provider, uri(), AttachMode.CREATE, context)) {
                WalDescriptor descriptor = Wal.get(medium.prepare(epoch));
                try (WriteAheadLog log = medium.create(descriptor, 1)) {
                    append(log, new Frames(descriptor, Wal.NODE, 1), 20 - 5 * epoch);
                }
            }
        }
        List<FoundGeneration> found = inspect().generations();
        assertThat(found).extracting(FoundGeneration::walEpoch).containsExactly(1L, 2L, 3L);
        assertThat(found.get(2).frames()).isEqualTo(5);
        assertThat(found.get(1).lastSequence())
                .as("its end was not overwritten")
                .isEqualTo(10);
    }

    @Test
    void sharedMediumShowsEachNodeAndItsFence() {
        MemoryObjectStorage storage = new MemoryObjectStorage(PooledByteBufAllocator.DEFAULT);
        URI shared = URI.create("block://" + directory.resolve("wal") + "?mode=shared&capacity=4MiB");
        try (SharedWal one = SharedWal.attach(
                                provider, shared, AttachMode.CREATE, SharedWal.context(runtime, storage, 1))
                        .open(10, 1);
                SharedWal two = SharedWal.attach(
                                provider, shared, AttachMode.CREATE, SharedWal.context(runtime, storage, 2))
                        .open(20, 1)) {
            one.appendSome(4);
            two.appendSome(6);
            Wal.get(one.medium.fence(one.descriptor, 1));
            WalInspection inspection = inspect(); // in any mode of the URI
            assertThat(inspection.medium())
                    .contains("shared mode")
                    .contains(one.descriptor.properties().get("device.uuid"));
            assertThat(inspection.generations())
                    .extracting(FoundGeneration::nodeId, FoundGeneration::frames, FoundGeneration::isFenced)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple(1, 4L, true),
                            org.assertj.core.groups.Tuple.tuple(2, 6L, false));
        }
    }

    @Test
    void foreignFileIsUnreachable() throws Exception {
        assertThatThrownBy(this::inspect).isInstanceOf(StorageException.class).hasMessageContaining("does not exist");
        Files.createFile(directory.resolve("wal"));
        assertThatThrownBy(this::inspect).isInstanceOf(StorageException.class).hasMessageContaining("it is empty");
        Files.writeString(directory.resolve("wal"), "foreign file text");
        assertThatThrownBy(this::inspect).isInstanceOf(StorageException.class).hasMessageContaining("not a WAL");
    }
}
