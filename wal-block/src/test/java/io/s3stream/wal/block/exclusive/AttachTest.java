package io.s3stream.wal.block.exclusive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.wal.block.BlockWalProvider;
import io.s3stream.wal.block.Frames;
import io.s3stream.wal.block.InlineRuntime;
import io.s3stream.wal.block.MemoryMedium;
import io.s3stream.wal.block.Wal;
import io.s3stream.wal.block.format.BlockOptions;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The possible faults of a URI or a medium, and that each has its own message. */
class AttachTest {

    @TempDir
    Path directory;

    private final BlockWalProvider provider = new BlockWalProvider();
    private final WalContext context = Wal.context(new InlineRuntime(), 64 << 10);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "block:///w?capacity=64KiB       | capacity='64KiB'         | 98304 or more",
                "block:///w?capacity=much        | capacity='much'          | write for example 64MiB",
                "block:///w?maxInFlight=0        | maxInFlight='0'          | 1 to 256",
                "block:///w?maxInFlight=x        | maxInFlight='x'          | whole number",
                "block:///w?maxInFlightBytes=1   | maxInFlightBytes='1'     | 65536 to",
                "block:///w?singleAttach=yes     | singleAttach='yes'       | true or false",
                "block:///w?size=1               | size='1'                 | known are [capacity, cells, extent",
                "block:///w?mode=both            | mode='both'              | write exclusive or shared",
                "block:///w?extent=1MiB          | extent='1MiB'            | add mode=shared",
                "block:///w?mode=shared&singleAttach=true | singleAttach='true' | writersGone=",
                "block:///w?mode=shared&writersGone=3 | writersGone='3'      | node:walEpoch",
                "block:///w?mode=shared&extent=1 | extent='1'               | 36864 or more",
                "block:///w?mode=shared&cells=0  | cells='0'                | 1 to",
                "block:///w?capacity=1MiB&capacity=2MiB | capacity='2MiB'   | given twice",
                "block://w?capacity=1MiB         | no absolute path         | three slashes",
                "block:w                         | no absolute path         | three slashes",
                "block:w/x?capacity=1MiB         | write block:///          | /w/x, or block:///path/to/file",
                "block://dev/nvme1n1?mode=shared | no absolute path         | write block:///dev/nvme1n1, or",
                "block:///                       | no absolute path         | write block:///path/to/file",
                "nfs:///w                        | not a block WAL          | write block:///path/to/file",
            })
    void wrongUriIsRefusedNamingOptionValueAndRemedy(String uri, String what, String remedy) {
        assertThatThrownBy(() -> Wal.attach(provider, URI.create(uri), AttachMode.CREATE, context))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(what)
                .hasMessageContaining(remedy);
    }

    @Test
    void impossiblePathIsRefusedWhenCreating() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        for (Path path :
                List.of(directory, directory.resolve("missing/wal"), file.resolve("below"), Path.of("/dev/null"))) {
            assertThatThrownBy(() -> Wal.attach(provider, uri(path, ""), AttachMode.CREATE, context))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining(path.toString())
                    .hasMessageContaining("writable directory");
        }
    }

    @Test
    void unwritableFileIsRefused() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        assumeThat(file.toFile().setWritable(false)).isTrue();
        assumeThat(Files.isWritable(file)).as("not running as root").isFalse();
        assertThatThrownBy(() -> Wal.attach(provider, uri(file, ""), AttachMode.CREATE, context))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void missingMediumIsUnreachableAndNotEmpty() throws Exception {
        Path missing = directory.resolve("missing");
        Path empty = Files.createFile(directory.resolve("empty"));
        Path zeros = Files.write(directory.resolve("zeros"), new byte[1 << 20]);
        Path foreign = Files.writeString(directory.resolve("foreign"), "foreign file text");
        for (Path path : List.of(missing, empty, zeros, foreign, directory, directory.resolve("a/b"))) {
            assertThatThrownBy(() -> Wal.attach(provider, uri(path, ""), AttachMode.EXISTING, context))
                    .as(path.toString())
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("unreachable");
        }
        assertThat(missing).doesNotExist();
        assertThat(Files.size(empty)).isZero();
        assertThat(Files.readAllBytes(zeros)).containsOnly(0);
    }

    @Test
    void foreignDataIsNeverOverwritten() throws Exception {
        byte[] superblockOfAFileSystem = new byte[2 << 20];
        superblockOfAFileSystem[(64 << 10) + 64] = 1;
        for (byte[] content : List.of("foreign file text".getBytes(), superblockOfAFileSystem)) {
            Path foreign = Files.write(directory.resolve("foreign"), content);
            assertThatThrownBy(() -> Wal.attach(provider, uri(foreign, ""), AttachMode.CREATE, context))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("holds other data");
            assertThat(Files.readAllBytes(foreign)).isEqualTo(content);
        }
    }

    @Test
    void damagedFirstBlockIsReportedAndNotTakenForFreshMedium() throws Exception {
        Path path = directory.resolve("wal");
        prepareAndClose(path, 1);
        byte[] bytes = Files.readAllBytes(path);
        Arrays.fill(bytes, 0, 4096, (byte) 0);
        Files.write(path, bytes);
        for (AttachMode mode : AttachMode.values()) {
            assertThatThrownBy(() -> Wal.attach(provider, uri(path, "?capacity=1MiB"), mode, context))
                    .isInstanceOf(CorruptedDataException.class)
                    .hasMessageContaining(path.toString());
        }
    }

    @Test
    void mediumOfOtherStoreIsRefused() {
        Path path = directory.resolve("wal");
        prepareAndClose(path, 1);
        WalContext stranger = Wal.context(new InlineRuntime(), 64 << 10, new UUID(8, 8), Wal.NODE);
        for (AttachMode mode : AttachMode.values()) {
            assertThatThrownBy(() -> Wal.attach(provider, uri(path, "?capacity=1MiB"), mode, stranger))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("store=" + Wal.STORE);
        }
    }

    @Test
    void latestOpeningsSurviveManyMore() {
        Path path = directory.resolve("wal");
        List<WalDescriptor> descriptors = new ArrayList<>();
        for (int epoch = 1; epoch <= 40; epoch++) {
            descriptors.add(prepareAndClose(path, epoch));
        }
        try (WalMedium medium = Wal.attach(provider, uri(path, "?capacity=1MiB"), AttachMode.EXISTING, context)) {
            for (WalDescriptor recent : descriptors.subList(27, 40)) {
                Wal.get(medium.fence(recent, 1));
            }
            assertThatThrownBy(() -> Wal.get(medium.fence(descriptors.get(26), 1)))
                    .isInstanceOf(StorageException.class);
        }
    }

    @Test
    void eachGenerationHasSizeItWasPreparedWith() throws Exception {
        Path path = directory.resolve("wal");
        WalDescriptor old = null;
        for (String capacity : List.of("256KiB", "1MiB", "128KiB")) {
            WalDescriptor next;
            try (WalMedium medium =
                    Wal.attach(provider, uri(path, "?capacity=" + capacity), AttachMode.CREATE, context)) {
                if (old != null) {
                    // The old generation keeps its geometry under other settings, and blocks a new one until its
                    // release.
                    WalDescriptor before = old;
                    assertThat(Wal.fenceAndReplay(medium, old, new Frames(old, Wal.NODE, 1).start()))
                            .hasSize(3);
                    assertThatThrownBy(() -> Wal.get(medium.prepare(99))).isInstanceOf(ConflictException.class);
                    Wal.get(medium.release(before));
                }
                next = Wal.get(medium.prepare(1));
                Frames frames = new Frames(next, Wal.NODE, 1);
                try (WriteAheadLog log = medium.create(next, 1)) {
                    for (int i = 0; i < 3; i++) {
                        Wal.get(log.append(frames.next(log, 5000, i)));
                    }
                }
            }
            assertThat(next.capacityBytes()).isEqualTo(io.s3stream.api.text.Units.parseBytes(capacity) - (64 << 10));
            assertThat(next.maxFrameBytes()).isLessThanOrEqualTo((int) (next.capacityBytes() / 4));
            old = next;
        }
        assertThat(Files.size(path)).isEqualTo(1 << 20);
    }

    @Test
    void deviceIsUsedWholeUnlessConfiguredAndNeverBeyond() {
        MemoryMedium device = new MemoryMedium(new byte[1 << 20]);
        device.fixedSize = true;
        BlockWalProvider onDevice = new BlockWalProvider(device);
        try (WalMedium medium = Wal.attach(onDevice, URI.create("block:///dev/x"), AttachMode.CREATE, context)) {
            assertThat(Wal.get(medium.prepare(1)).capacityBytes()).isEqualTo((1 << 20) - (64 << 10));
        }
        try (WalMedium medium =
                Wal.attach(onDevice, URI.create("block:///dev/x?capacity=2MiB"), AttachMode.CREATE, context)) {
            assertThatThrownBy(() -> Wal.get(medium.prepare(1)))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("capacity='2097152'")
                    .hasMessageContaining("1048576");
        }
        MemoryMedium tiny = new MemoryMedium(new byte[64 << 10]);
        tiny.fixedSize = true;
        assertThatThrownBy(() -> Wal.attach(
                        new BlockWalProvider(tiny), URI.create("block:///dev/x"), AttachMode.CREATE, context))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("65536");
    }

    /** A new file there would be in memory. */
    @Test
    void misspelledDeviceNameIsRefusedAndNoFileIsCreated() {
        Path mistake = Path.of("/dev/no-such-device-of-s3stream");
        assertThatThrownBy(() -> prepareAndClose(mistake, 1))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(mistake.toString())
                .hasMessageContaining("is no device of this machine");
        assertThat(mistake).doesNotExist();
    }

    @Test
    void pathOutsideFileSystemsIsRefused() {
        assertThatThrownBy(() -> BlockOptions.parse(URI.create("block:///data/wal%00")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("write block:///path/to/file");
    }

    /** tmpfs accepts direct I/O since Linux 6.6. A mounted ramfs does not: {@code -Dno.direct.dir}. */
    @Test
    void fileSystemWithoutDirectIoIsUsedThroughPageCache() throws Exception {
        Path shm = Path.of(System.getProperty("no.direct.dir", "/dev/shm"));
        assumeThat(Files.isDirectory(shm)).isTrue();
        Path path = Files.createTempDirectory(shm, "wal").resolve("wal");
        try {
            prepareAndClose(path, 1);
            assertThat(Files.size(path)).isEqualTo(1 << 20);
        } finally {
            Files.deleteIfExists(path);
            Files.delete(path.getParent());
        }
    }

    private WalDescriptor prepareAndClose(Path path, long walEpoch) {
        try (WalMedium medium = Wal.attach(provider, uri(path, "?capacity=1MiB"), AttachMode.CREATE, context)) {
            return Wal.get(medium.prepare(walEpoch));
        }
    }

    private static URI uri(Path path, String options) {
        return URI.create("block://" + path + options);
    }
}
