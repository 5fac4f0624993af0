package io.s3stream.wal.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.PooledByteBufAllocator;
import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.FencedException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.testkit.runtime.ThreadedTestRuntime;
import io.s3stream.testkit.storage.ForwardingObjectStorage;
import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.device.DeviceSource;
import io.s3stream.wal.block.device.FileDeviceSource;
import io.s3stream.wal.block.device.ProcessTable;
import io.s3stream.wal.block.format.SharedLayout;
import io.s3stream.wal.block.shared.ConditionalObject;
import io.s3stream.wal.block.shared.SharedFormat;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shared mode on a file with direct I/O: the assignment of space, the fencing, and every refusal. */
class SharedModeTest {

    private static final String SMALL = "?mode=shared&capacity=2MiB&extent=256KiB&cells=20";

    @TempDir
    Path directory;

    private final ThreadedTestRuntime runtime = new ThreadedTestRuntime(5);
    private final MemoryObjectStorage storage = new MemoryObjectStorage(PooledByteBufAllocator.DEFAULT);
    private final FileDeviceSource files = new FileDeviceSource();
    private final Set<String> gone = new java.util.HashSet<>();

    /** Files of this machine. Processes are gone when a test decides it. */
    private final DeviceSource source = new DeviceSource() {
        @Override
        public BlockDevice open(Path path, boolean create) throws IOException {
            return files.open(path, create);
        }

        @Override
        public ProcessTable processes() {
            return new ProcessTable() {
                @Override
                public String self() {
                    return process;
                }

                @Override
                public boolean isGone(String other) {
                    return gone.contains(other);
                }
            };
        }
    };

    private String process = "p0";
    private final BlockWalProvider provider = new BlockWalProvider(source);

    @AfterEach
    void allThreadsEnd() {
        runtime.close();
    }

    private URI uri(String options) {
        return URI.create("block://" + directory.resolve("wal") + options);
    }

    private SharedWal attach(String options, AttachMode mode, int node) {
        return SharedWal.attach(provider, uri(options), mode, SharedWal.context(runtime, storage, node));
    }

    private SharedWal attach(int node) {
        return attach(SMALL, AttachMode.CREATE, node);
    }

    @Test
    void severalNodesWriteToOneDeviceAtSameTime() {
        try (SharedWal one = attach(1).open(10, 1);
                SharedWal two = attach(2).open(10, 1)) {
            one.appendSome(20);
            two.appendSome(30);
            one.appendSome(5);
            assertThat(Wal.replay(one.medium, one.descriptor, one.frames.start()))
                    .hasSize(25);
            assertThat(Wal.replay(two.medium, two.descriptor, two.frames.start()))
                    .hasSize(30);
            assertThat(one.descriptor.properties().get("extent"))
                    .isNotEqualTo(two.descriptor.properties().get("extent"));
            assertThat(one.descriptor.properties().get("fence.cell"))
                    .isNotEqualTo(two.descriptor.properties().get("fence.cell"));
        }
    }

    @Test
    void fencedWriterAcknowledgesNothingMoreAndLosesNoAcknowledgedFrame() {
        SharedWal old = attach(1).open(10, 1).appendSome(7);
        try (SharedWal next = attach(SMALL, AttachMode.EXISTING, 1)) {
            List<Wal.Read> frames = Wal.fenceAndReplay(next.medium, old.descriptor, old.frames.start());
            assertThat(frames).hasSize(7);
            assertThatThrownBy(() -> Wal.get(old.append()))
                    .isInstanceOf(FencedException.class)
                    .hasMessageContaining("fence cell 0 is set");
            assertThatThrownBy(() -> Wal.get(old.append())).isInstanceOf(FencedException.class);
            Wal.get(next.medium.release(old.descriptor));
            next.open(20, 8).appendSome(3);
            assertThat(next.descriptor.properties().get("extent"))
                    .as("R1: the fenced writer may still write to its extent")
                    .isNotEqualTo(old.descriptor.properties().get("extent"));
        }
        old.close();
    }

    @Test
    void cleanCloseAndReleaseFreeExtentButNeverCell() {
        for (int epoch = 1; epoch <= 12; epoch++) { // more epochs than extents
            try (SharedWal node = attach(1)) {
                node.open(epoch, 1).appendSome(2);
                assertThat(node.descriptor.properties().get("fence.cell")).isEqualTo(Integer.toString(epoch - 1));
                node.log.close();
                Wal.get(node.medium.release(node.descriptor));
            }
        }
    }

    @Test
    void possiblyRunningWritersAreQuarantinedAndRefusalNamesThemAndRemedy() {
        List<SharedWal> paused = new ArrayList<>();
        int extents = 7;
        for (int epoch = 1; epoch <= extents; epoch++) {
            SharedWal node = attach(3).open(epoch, 1).appendSome(1);
            paused.add(node); // not closed: it may still be writing
            try (SharedWal next = attach(3)) {
                Wal.fenceAndReplay(next.medium, node.descriptor, node.frames.start());
                Wal.get(next.medium.release(node.descriptor));
            }
        }
        try (SharedWal next = attach(3)) {
            assertThatThrownBy(() -> Wal.get(next.medium.prepare(100)))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("no free extent of 7")
                    .hasMessageContaining("extent 6 of node:walEpoch 3:7 (process "
                            + ProcessHandle.current().pid())
                    .hasMessageContaining("is quarantined")
                    .hasMessageContaining("writersGone=3:1,3:2,3:3,3:4,3:5,3:6,3:7");
        }
        try (SharedWal next = attach(SMALL + "&writersGone=3:2,3:5", AttachMode.EXISTING, 3)) {
            assertThat(next.open(101, 1).descriptor.properties().get("extent")).isEqualTo("1");
        }
        process = "p1";
        gone.add("p0");
        try (SharedWal next = attach(3)) {
            next.open(102, 1);
            assertThat(next.descriptor.properties().get("extent"))
                    .as("the other processes are gone")
                    .isEqualTo("0");
        }
        paused.forEach(SharedWal::close);
    }

    @Test
    void unrecoveredExtentIsNotFreeEvenWhenItsWriterIsGone() {
        SharedWal crashed = attach(1).open(10, 1).appendSome(5);
        gone.add("p0");
        process = "p1";
        try (SharedWal other = attach(2).open(1, 1).appendSome(5);
                SharedWal next = attach(1)) {
            assertThat(other.descriptor.properties().get("extent")).isNotEqualTo("0");
            assertThat(Wal.fenceAndReplay(next.medium, crashed.descriptor, crashed.frames.start()))
                    .hasSize(5);
            next.open(20, 6).appendSome(5); // as a switch does, before the older one is committed
            assertThat(next.descriptor.properties().get("extent")).isNotEqualTo("0");
            assertThat(Wal.replay(next.medium, crashed.descriptor, crashed.frames.start()))
                    .hasSize(5);
        }
        crashed.close();
    }

    /** A process that died between preparing and registering leaves an extent that no recovery will find. */
    @Test
    void unregisteredExtentIsFreedByLaterRelease() {
        SharedWal dead = attach(1);
        Wal.get(dead.medium.prepare(10));
        gone.add("p0");
        process = "p1";
        try (SharedWal next = attach(1).open(20, 1)) {
            assertThat(next.descriptor.properties().get("extent")).isEqualTo("1");
            next.log.close();
            Wal.get(next.medium.release(next.descriptor));
        }
        try (SharedWal next = attach(1).open(30, 1)) {
            assertThat(next.descriptor.properties().get("extent")).isEqualTo("0");
        }
        dead.close();
    }

    @Test
    void cellsAreNeverReusedAndRefusalTellsIt() {
        String options = "?mode=shared&capacity=2MiB&extent=256KiB&cells=3";
        for (int epoch = 1; epoch <= 3; epoch++) {
            try (SharedWal node = attach(options, AttachMode.CREATE, 1)) {
                node.open(epoch, 1);
                node.log.close();
                Wal.get(node.medium.release(node.descriptor));
            }
        }
        try (SharedWal node = attach(options, AttachMode.CREATE, 1)) {
            assertThatThrownBy(() -> Wal.get(node.medium.prepare(4)))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("all of its 3 fence cells")
                    .hasMessageContaining("switch to another device");
        }
    }

    @Test
    void damagedCellMeansNoAcknowledgement() throws Exception {
        try (SharedWal node = attach(1).open(10, 1).appendSome(2);
                BlockDevice device = files.open(directory.resolve("wal"), false)) {
            ByteBuffer garbage =
                    ByteBuffer.allocateDirect(8192).alignedSlice(4096).limit(4096);
            garbage.put(17, (byte) 1);
            device.write(garbage, SharedLayout.CELLS_START);
            assertThatThrownBy(() -> Wal.get(node.append()))
                    .isInstanceOf(CorruptedDataException.class)
                    .hasMessageContaining("fence cell 0")
                    .hasMessageContaining("neither unset nor a fence");
            assertThatThrownBy(() -> Wal.get(node.append())).isInstanceOf(StorageException.class);
        }
    }

    @Test
    void exclusiveAndSharedModeDoNotMix() throws Exception {
        attach(1).close();
        assertThatThrownBy(() -> attach("?capacity=2MiB", AttachMode.CREATE, 1))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("add mode=shared");
        Files.delete(directory.resolve("wal"));
        attach("?capacity=2MiB", AttachMode.CREATE, 1).close();
        assertThatThrownBy(() -> attach(1))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("leave mode=shared out");
        assertThat(provider.mediumId(uri(SMALL))).isNotEqualTo(provider.mediumId(uri("")));
    }

    @Test
    void formatCannotBeChangedByOptions() {
        attach(1).close();
        assertThatThrownBy(() -> attach("?mode=shared&extent=512KiB", AttachMode.EXISTING, 1))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("extent='524288'")
                .hasMessageContaining("formatted with 262144");
        attach("?mode=shared", AttachMode.EXISTING, 1).close();
    }

    @Test
    void deviceOfOtherStoreOrBucketIsRefused() {
        attach(1).close();
        WalContext here = SharedWal.context(runtime, storage, 1);
        WalContext stranger =
                new WalContext(runtime, storage, here.storages(), here.allocator(), new UUID(7, 7), 1, SharedWal.FRAME);
        assertThatThrownBy(() -> SharedWal.attach(provider, uri(SMALL), AttachMode.EXISTING, stranger))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("belongs to store=" + Wal.STORE);
        MemoryObjectStorage otherBucket = new MemoryObjectStorage(PooledByteBufAllocator.DEFAULT);
        assertThatThrownBy(() -> SharedWal.attach(
                        provider, uri(SMALL), AttachMode.CREATE, SharedWal.context(runtime, otherBucket, 1)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("allocation table")
                .hasMessageContaining("right bucket");
    }

    @Test
    void generationIsNotSearchedOnOtherDevice() throws Exception {
        WalDescriptor descriptor;
        try (SharedWal node = attach(1).open(10, 1)) {
            descriptor = node.descriptor;
        }
        Files.move(directory.resolve("wal"), directory.resolve("moved"));
        try (SharedWal node = attach(1)) {
            assertThatThrownBy(() -> Wal.get(node.medium.fence(descriptor, 1)))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("unreachable")
                    .hasMessageContaining(descriptor.properties().get("device.uuid"));
        }
        assertThatThrownBy(() -> attach("x" + SMALL, AttachMode.EXISTING, 1))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("unreachable");
    }

    @Test
    void nodesThatStartTogetherFormatDeviceOnce() {
        List<CompletableFuture<WalMedium>> attached = new ArrayList<>();
        for (int node = 1; node <= 4; node++) {
            attached.add(provider.attach(uri(SMALL), AttachMode.CREATE, SharedWal.context(runtime, storage, node)));
        }
        Set<String> devices = new java.util.HashSet<>();
        Set<String> extents = new java.util.HashSet<>();
        for (CompletableFuture<WalMedium> future : attached) {
            try (WalMedium medium = Wal.get(future)) {
                WalDescriptor descriptor = Wal.get(medium.prepare(1));
                devices.add(descriptor.properties().get("device.uuid"));
                extents.add(descriptor.properties().get("extent"));
            }
        }
        assertThat(devices).hasSize(1);
        assertThat(extents).hasSize(4);
    }

    @Test
    void deadFormatterIsNamedToOperator() {
        claimFor("claim 5: node 8, process 4 on host h");
        assertThatThrownBy(() -> Wal.get(provider.attach(
                        uri(SMALL), AttachMode.CREATE, SharedWal.context(new ImpatientRuntime(), storage, 1))))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("node 8, process 4 on host h")
                .hasMessageContaining("delete the object wal-block/formatting");
    }

    /** Otherwise a process killed in these few milliseconds would keep all nodes out. */
    @Test
    void deadFormatterOfThisMachineIsReplaced() {
        claimFor("node 8\nanother");
        gone.add("another");
        attach(1).open(10, 1).appendSome(3).close();
        assertThat(claim()).isEqualTo("nobody");
    }

    @Test
    void runningFormatterOfThisMachineIsAwaited() {
        claimFor("node 8\nanother");
        gone.add("a third");
        assertThatThrownBy(() -> Wal.get(provider.attach(
                        uri(SMALL), AttachMode.CREATE, SharedWal.context(new ImpatientRuntime(), storage, 1))))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("node 8; if");
        assertThat(claim()).isEqualTo("node 8\nanother");
    }

    @Test
    void failedFormatterLetsNextOneTry() {
        ObjectStorage noTable = new ForwardingObjectStorage(storage) {
            @Override
            public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
                return key.equals(SharedFormat.CLAIM_KEY)
                        ? super.put(key, body, condition)
                        : CompletableFuture.failedFuture(new StorageException("no answer"));
            }
        };
        assertThatThrownBy(() ->
                        Wal.get(provider.attach(uri(SMALL), AttachMode.CREATE, SharedWal.context(runtime, noTable, 1))))
                .hasMessageContaining("no answer");
        attach(1).open(10, 1).appendSome(3).close();
    }

    private void claimFor(String who) {
        storage.put(SharedFormat.CLAIM_KEY, ObjectBody.of(who.getBytes()), PutCondition.ALWAYS)
                .join();
    }

    private String claim() {
        return new String(new ConditionalObject(storage, SharedFormat.CLAIM_KEY)
                .readAgreed()
                .join()
                .orElseThrow()
                .bytes());
    }

    @Test
    void mediumTooSmallForTwoExtentsIsRefused() {
        assertThatThrownBy(() -> attach("?mode=shared&capacity=1MiB&extent=512KiB", AttachMode.CREATE, 1))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("two extents");
    }
}
