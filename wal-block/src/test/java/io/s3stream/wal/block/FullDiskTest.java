package io.s3stream.wal.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.testkit.runtime.ThreadedTestRuntime;
import io.s3stream.wal.block.device.FileDeviceSource;
import io.s3stream.wal.block.format.Superblock;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A capacity for which the file system has no space. */
class FullDiskTest {

    @TempDir
    Path directory;

    private final ThreadedTestRuntime runtime = new ThreadedTestRuntime(8);
    private final AtomicLong usable = new AtomicLong(Long.MAX_VALUE);
    private final AtomicBoolean full = new AtomicBoolean();
    private final BlockWalProvider provider = new BlockWalProvider(new FileDeviceSource(
            (path, options) -> new ForwardingChannel(FileChannel.open(path, options)) {
                @Override
                public int write(ByteBuffer source, long position) throws IOException {
                    if (full.get() && position >= 8 << 20) {
                        throw new IOException("No space left on device");
                    }
                    return super.write(source, position);
                }
            },
            path -> usable.get()));

    @AfterEach
    void allThreadsEnd() {
        runtime.close();
    }

    private WalMedium attach(Path path, String capacity) {
        URI uri = URI.create("block://" + path + "?capacity=" + capacity);
        return Wal.attach(provider, uri, AttachMode.CREATE, Wal.context(runtime, 64 << 10));
    }

    @Test
    void newFileIsRefusedAndNotLeftBehind() {
        Path path = directory.resolve("wal");
        usable.set(1 << 20);
        assertThatThrownBy(() -> attach(path, "2MiB"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(path.toString())
                .hasMessageContaining("room for 1048576 bytes")
                .hasMessageContaining("capacity of 2097152")
                .hasMessageContaining("smaller capacity=");
        assertThat(path).doesNotExist();
        usable.set(2 << 20);
        try (WalMedium medium = attach(path, "2MiB")) {
            assertThat(Wal.get(medium.prepare(1))).isNotNull();
        }
        assertThat(path).hasSize(2 << 20);
    }

    @Test
    void fileThatCannotGrowKeepsItsSize() throws IOException {
        Path path = directory.resolve("wal");
        try (WalMedium medium = attach(path, "1MiB")) {
            Wal.get(medium.prepare(1));
        }
        usable.set(1 << 20);
        try (WalMedium medium = attach(path, "4MiB")) {
            assertThatThrownBy(() -> Wal.get(medium.prepare(2))).isInstanceOf(InvalidRequestException.class);
        }
        assertThat(Files.size(path)).isEqualTo(1 << 20);
    }

    /** Other programs write to the file system, too, so the space may run out while the file grows. */
    @Test
    void growthThatFailsHalfWayReturnsSpace() {
        Path path = directory.resolve("wal");
        full.set(true);
        try (WalMedium medium = attach(path, "16MiB")) {
            assertThatThrownBy(() -> Wal.get(medium.prepare(1)))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("No space left on device");
            assertThat(path).hasSize(Superblock.AREA_BYTES);
        }
        assertThat(path).doesNotExist();
        full.set(false);
        try (WalMedium medium = attach(path, "16MiB")) {
            assertThat(Wal.get(medium.prepare(1))).isNotNull();
        }
    }

    @Test
    void fileOfOtherOwnerIsNeverDeleted() throws IOException {
        Path path = Files.createFile(directory.resolve("wal"));
        usable.set(1 << 20);
        assertThatThrownBy(() -> attach(path, "2MiB")).isInstanceOf(InvalidRequestException.class);
        assertThat(path).exists();
    }
}
