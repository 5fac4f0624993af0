package io.s3stream.wal.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.PooledByteBufAllocator;
import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.testkit.runtime.ThreadedTestRuntime;
import io.s3stream.wal.block.device.FileDeviceSource;
import io.s3stream.wal.block.device.FileId;
import io.s3stream.wal.block.device.Sector;
import io.s3stream.wal.block.ring.FenceRules;
import io.s3stream.wal.block.ring.TailJudge;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A medium belongs to one store and records it at its first attach (R40), under any name of the medium. */
class OwnMediumTest {

    private static final UUID STRANGER = new UUID(8, 8);

    @TempDir
    Path directory;

    private final ThreadedTestRuntime runtime = new ThreadedTestRuntime(8);
    private final WalContext context = Wal.context(runtime, 64 << 10);
    private final BlockWalProvider provider = new BlockWalProvider();

    @AfterEach
    void allThreadsEnd() {
        runtime.close();
    }

    private static URI uri(Path path) {
        return URI.create("block://" + path + "?capacity=1MiB");
    }

    private WalMedium attach(URI uri) {
        return Wal.attach(provider, uri, AttachMode.CREATE, context);
    }

    @Test
    void formattedUnusedMediumIsRefusedToOtherStores() {
        URI uri = uri(directory.resolve("wal"));
        attach(uri).close();
        for (AttachMode mode : AttachMode.values()) {
            for (WalContext other : new WalContext[] {
                Wal.context(runtime, 64 << 10, STRANGER, Wal.NODE),
                Wal.context(runtime, 64 << 10, Wal.STORE, Wal.NODE + 1)
            }) {
                assertThatThrownBy(() -> Wal.attach(provider, uri, mode, other))
                        .isInstanceOf(ConflictException.class)
                        .hasMessageContaining("belongs to store=" + Wal.STORE + " node=" + Wal.NODE)
                        .hasMessageContaining("not to store=" + other.storeId() + " node=" + other.nodeId());
            }
        }
        attach(uri).close();
    }

    /** Frames acknowledged for one store must be there after another store tried to use the medium. */
    private List<Wal.Read> recoveredAfterAStranger(FenceRules rules) throws Exception {
        URI uri = uri(directory.resolve("wal"));
        WalDescriptor descriptor;
        Frames frames;
        try (WalMedium medium = attach(uri)) {
            descriptor = Wal.get(medium.prepare(1));
            frames = new Frames(descriptor, Wal.NODE, 1);
            appendTen(medium, descriptor, frames);
        }
        WalContext stranger = Wal.context(runtime, 64 << 10, STRANGER, Wal.NODE);
        BlockWalProvider theirs = new BlockWalProvider(new FileDeviceSource(), new TailJudge(), rules);
        try (WalMedium medium = Wal.attach(theirs, uri, AttachMode.CREATE, stranger)) {
            WalDescriptor other = Wal.get(medium.prepare(1));
            appendTen(medium, other, new Frames(other, Wal.NODE, 1));
        } catch (ConflictException e) {
            assertThat(e).hasMessageContaining("belongs to store=" + Wal.STORE);
        }
        BlockWalProvider own = new BlockWalProvider(new FileDeviceSource(), new TailJudge(), rules);
        try (WalMedium medium = Wal.attach(own, uri, AttachMode.EXISTING, context)) {
            return Wal.fenceAndReplay(medium, descriptor, frames.start());
        } finally {
            Files.delete(directory.resolve("wal"));
        }
    }

    private static void appendTen(WalMedium medium, WalDescriptor descriptor, Frames frames) {
        try (WriteAheadLog log = medium.create(descriptor, 1)) {
            for (int i = 0; i < 10; i++) {
                Wal.get(log.append(frames.next(log, 5000, i)));
            }
        }
    }

    @Test
    void storeThatTakesOtherStoresMediumIsCaught() throws Exception {
        FenceRules mutant = new FenceRules() {
            @Override
            public boolean mayUse(boolean isOwner) {
                return true;
            }
        };
        assertThat(recoveredAfterAStranger(mutant))
                .as("of 10 acknowledged frames")
                .hasSizeLessThan(10);
        assertThat(recoveredAfterAStranger(new FenceRules())).hasSize(10);
    }

    @Test
    void formattedUnusedSharedDeviceIsRefusedToOtherStores() {
        URI uri = URI.create("block://" + directory.resolve("shared") + "?mode=shared&capacity=4MiB");
        MemoryObjectStorage storage = new MemoryObjectStorage(PooledByteBufAllocator.DEFAULT);
        WalContext own = SharedWal.context(runtime, storage, 1);
        Wal.attach(provider, uri, AttachMode.CREATE, own).close();
        WalContext other = new WalContext(
                runtime,
                new MemoryObjectStorage(PooledByteBufAllocator.DEFAULT),
                own.storages(),
                own.allocator(),
                STRANGER,
                1,
                own.maxFrameBytes());
        for (AttachMode mode : AttachMode.values()) {
            assertThatThrownBy(() -> Wal.attach(provider, uri, mode, other))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("belongs to store=" + own.storeId());
        }
    }

    @Test
    void mediumOfOtherFormatVersionIsRefusedWithRemedyAndUnchanged() throws Exception {
        Path path = directory.resolve("wal");
        attach(uri(path)).close();
        byte[] bytes = Files.readAllBytes(path);
        ByteBuffer sector = ByteBuffer.wrap(bytes, 0, Sector.BYTES).slice();
        sector.putInt(4, 1);
        Sector.seal(sector);
        Files.write(path, bytes);
        for (AttachMode mode : AttachMode.values()) {
            assertThatThrownBy(() -> Wal.attach(provider, uri(path), mode, context))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining(path.toString())
                    .hasMessageContaining("another format version than 2")
                    .hasMessageContaining("zero its first MiB");
        }
        assertThatThrownBy(() -> Wal.get(provider.inspect(uri(path), context)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("another format version");
        assertThat(Files.readAllBytes(path)).isEqualTo(bytes);
    }

    @Test
    void linkIsOtherNameOfSameMedium() throws Exception {
        Path real = Files.createDirectory(directory.resolve("real"));
        Path linked = Files.createSymbolicLink(directory.resolve("linked"), real);
        String before = provider.mediumId(uri(linked.resolve("wal")));
        attach(uri(real.resolve("wal"))).close();
        Path byId = Files.createSymbolicLink(directory.resolve("by-id"), real.resolve("wal"));
        assertThat(before)
                .isEqualTo(provider.mediumId(uri(real.resolve("wal"))))
                .isEqualTo(provider.mediumId(uri(linked.resolve("wal"))))
                .isEqualTo(provider.mediumId(uri(byId)));
    }

    @Test
    void hardLinkToAttachedMediumIsRefusedAndLockStays() throws Exception {
        Path path = directory.resolve("wal");
        try (WalMedium medium = attach(uri(path))) {
            Path other = Files.createLink(directory.resolve("other"), path);
            assertThatThrownBy(() -> attach(uri(other)))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("this very process")
                    .hasMessageContaining("another name");
            try (Child.Handle child = new Child.Handle("try", uri(path).toString(), "1")) {
                assertThat(child.out.readLine()).startsWith("conflict");
            }
            assertThat(Wal.get(medium.prepare(1))).isNotNull();
        }
    }

    @Test
    void mediumInRenamedDirectoryStaysOwnAndOldNameTellsRemedy() throws Exception {
        Path before = Files.createDirectory(directory.resolve("before"));
        Path after = directory.resolve("after");
        var descriptor = prepareAndClose(uri(before.resolve("wal")));
        Files.move(before, after);
        assertThatThrownBy(() -> Wal.attach(provider, descriptor.uri(), AttachMode.EXISTING, context))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("does not exist")
                .hasMessageContaining("--wal-at");
        assertThat(before).doesNotExist();
        try (WalMedium medium = Wal.attach(provider, uri(after.resolve("wal")), AttachMode.EXISTING, context)) {
            Wal.get(medium.fence(descriptor, 1));
        }
    }

    private WalDescriptor prepareAndClose(URI uri) {
        try (WalMedium medium = attach(uri)) {
            return Wal.get(medium.prepare(1));
        }
    }

    /** Two nodes of the file system for one device, as two containers have. */
    @Test
    void allNodesOfDeviceAreOneMedium() throws IOException {
        FileId one = new FileId(5, 10, 259, FileId.Kind.BLOCK_DEVICE);
        FileId other = new FileId(7, 33, 259, FileId.Kind.BLOCK_DEVICE);
        assertThat(one.medium()).isEqualTo(other.medium());
        assertThat(new FileId(5, 10, 0, FileId.Kind.FILE).medium())
                .isNotEqualTo(new FileId(7, 33, 0, FileId.Kind.FILE).medium());
    }
}
