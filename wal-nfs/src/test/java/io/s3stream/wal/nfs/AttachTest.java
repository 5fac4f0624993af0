package io.s3stream.wal.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.testkit.runtime.ThreadedTestRuntime;
import io.s3stream.testkit.wal.WalSession;
import io.s3stream.wal.nfs.directory.Mount;
import io.s3stream.wal.nfs.directory.MountTable;
import io.s3stream.wal.nfs.directory.MountedDirectory;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every refusal and its message. */
class AttachTest {

    @TempDir
    Path directory;

    private final ThreadedTestRuntime runtime = new ThreadedTestRuntime(1);
    private final NfsWalProvider provider = new NfsWalProvider();

    @AfterEach
    void allThreadsEnd() {
        runtime.close();
    }

    private WalSession attach(NfsWalProvider by, Path path, AttachMode mode) {
        return WalSession.attach(by, URI.create("nfs://" + path), mode, Generation.context(runtime));
    }

    @Test
    void providerIsFoundByScheme() {
        assertThat(ServiceLoader.load(WalProvider.class).stream().flatMap(found -> found.get().schemes().stream()))
                .contains("nfs");
    }

    @Test
    void optionsAreNotPartOfMediumIdentity() {
        assertThat(provider.mediumId(URI.create("nfs:///a/./b?capacity=1MiB")))
                .isEqualTo(provider.mediumId(URI.create("nfs:///a/b")));
    }

    /** An unmounted mount point would be a directory of the local disk. */
    @Test
    void missingDirectoryIsUnreachableAndNeverCreated() {
        Path missing = directory.resolve("missing");
        for (AttachMode mode : AttachMode.values()) {
            assertThatThrownBy(() -> attach(provider, missing, mode))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("unreachable")
                    .hasMessageContaining("mounted");
        }
        assertThat(missing).doesNotExist();
    }

    @Test
    void existingWalNeedsNodeDirectory() {
        assertThatThrownBy(() -> attach(provider, directory, AttachMode.EXISTING))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("unreachable");
        attach(provider, directory, AttachMode.CREATE).close();
        assertThat(directory.resolve("3")).isDirectory();
    }

    /** R40. */
    @Test
    void directoryServesSingleStore() throws Exception {
        attach(provider, directory, AttachMode.CREATE).close();
        byte[] marker = Files.readAllBytes(directory.resolve(StoreMarker.NAME));
        WalContext ours = Generation.context(runtime);
        WalContext other = new WalContext(
                ours.runtime(), null, ours.storages(), ours.allocator(), new UUID(3, 4), 9, ours.maxFrameBytes());
        for (AttachMode mode : AttachMode.values()) {
            assertThatThrownBy(() -> WalSession.attach(provider, URI.create("nfs://" + directory), mode, other))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining(ours.storeId().toString())
                    .hasMessageContaining(other.storeId().toString())
                    .hasMessageContaining("a directory of its own");
        }
        assertThat(directory.resolve("9")).doesNotExist();
        assertThat(directory.resolve(StoreMarker.NAME)).hasBinaryContent(marker);
        attach(provider, directory, AttachMode.EXISTING).close();
    }

    /** R40: the generations tell the owner of the directory. */
    @Test
    void onlyOwningStoreRestoresDeletedMarker() throws Exception {
        WalSession session = attach(provider, directory, AttachMode.CREATE);
        session.prepare(7);
        Files.delete(directory.resolve(StoreMarker.NAME));
        WalContext ours = Generation.context(runtime);
        WalContext other = new WalContext(
                ours.runtime(), null, ours.storages(), ours.allocator(), new UUID(3, 4), 9, ours.maxFrameBytes());
        for (AttachMode mode : AttachMode.values()) {
            assertThatThrownBy(() -> WalSession.attach(provider, URI.create("nfs://" + directory), mode, other))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining(ours.storeId().toString())
                    .hasMessageContaining("a directory of its own");
            assertThat(directory.resolve(StoreMarker.NAME)).doesNotExist();
        }
        attach(provider, directory, AttachMode.EXISTING).close();
        assertThat(directory.resolve(StoreMarker.NAME)).exists();
        session.close();
    }

    @Test
    void damagedMarkerTellsRemedy() throws Exception {
        Files.writeString(directory.resolve(StoreMarker.NAME), "x".repeat(50));
        assertThatThrownBy(() -> attach(provider, directory, AttachMode.CREATE))
                .isInstanceOf(CorruptedDataException.class)
                .hasMessageContaining(StoreMarker.NAME)
                .hasMessageContaining("delete it");
    }

    /** Format of the marker, for other readers and later versions. */
    @Test
    void markerBytesArePinned() {
        StoreMarker marker = new StoreMarker(new UUID(0x0102030405060708L, 0x090A0B0C0D0E0F10L), new UUID(17, 18));
        assertThat(HexFormat.of().formatHex(marker.encode()))
                .isEqualTo("53334e44000000010102030405060708090a0b0c0d0e0f10" + "00000000000000110000000000000012"
                        + "773c4b5c");
        assertThat(StoreMarker.decode(ByteBuffer.wrap(marker.encode()))).isEqualTo(marker);
    }

    @Test
    void mountWithoutCloseToOpenIsRefused() {
        NfsWalProvider onNocto = new NfsWalProvider(path -> new ForwardingDirectory(new MountedDirectory(path)) {
            @Override
            public Mount mount() {
                return new Mount("/mnt/nfs", "nfs4", Set.of("rw", "nocto"));
            }
        });
        assertThatThrownBy(() -> attach(onNocto, directory, AttachMode.CREATE))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("/mnt/nfs")
                .hasMessageContaining("nocto");
    }

    @Test
    void walEpochIsUsedOnce() {
        WalSession session = attach(provider, directory, AttachMode.CREATE);
        session.prepare(7);
        assertThatThrownBy(() -> session.prepare(7))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("a WAL epoch is used once");
        session.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nfs:///a?capacity=1KiB",
                "nfs:///a?segment=1KiB",
                "nfs:///a?capacity=1MiB&segment=1MiB",
                "nfs:///a?maxInFlight=0",
                "nfs:///a?maxInFlightBytes=1",
                "nfs:///a?speed=1",
                "nfs:///a?capacity=1MiB&capacity=2MiB",
                "nfs://server/export",
                "nfs:///",
                "nfs:///a#b",
                "nfs:///a%00b"
            })
    void wrongUriIsRefusedWithItsProblem(String uri) {
        assertThatThrownBy(() -> NfsOptions.parse(URI.create(uri)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(uri);
    }

    @Test
    void mountOfPathIsClosestAndUppermost() {
        MountTable mounts = MountTable.parse(List.of(
                "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
                "25 22 0:21 / /mnt/nfs rw,relatime - nfs4 server:/export rw,vers=4.1,hard",
                "26 25 0:22 / /mnt/nfs/a\\040b rw - nfs server:/other rw,nocto,vers=3"));
        assertThat(mounts.of(Path.of("/mnt/nfs/x")).type()).isEqualTo("nfs4");
        assertThat(mounts.of(Path.of("/mnt/nfs/x")).isWithoutCloseToOpen()).isFalse();
        assertThat(mounts.of(Path.of("/mnt/nfs/a b/c")).isWithoutCloseToOpen()).isTrue();
        assertThat(mounts.of(Path.of("/mnt/nfsx")).type()).isEqualTo("ext4");
    }

    @Test
    void thisMachinesMountsAreReadable() throws Exception {
        assertThat(MountTable.current().of(directory.toRealPath()).point()).isNotEmpty();
        assertThat(Files.exists(directory)).isTrue();
    }
}
