package io.s3stream.wal.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.spi.runtime.DirectIo;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.testkit.runtime.ThreadedTestRuntime;
import io.s3stream.wal.block.device.FileDeviceSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file system that refuses direct I/O, such as tmpfs before Linux 6.6, and ramfs. */
class NoDirectIoTest {

    @TempDir
    Path directory;

    private final ThreadedTestRuntime runtime = new ThreadedTestRuntime(8);
    private final List<Set<OpenOption>> opened = new ArrayList<>();
    private final BlockWalProvider provider = new BlockWalProvider(new FileDeviceSource((path, options) -> {
        if (options.contains(DirectIo.option())) {
            throw new FileSystemException(path.toString(), null, "Invalid argument");
        }
        opened.add(options);
        return FileChannel.open(path, options);
    }));

    @AfterEach
    void allThreadsEnd() {
        runtime.close();
    }

    @Test
    void synchronousWritesReplaceDirectIoWithOneWarningPerMedium() {
        PrintStream stderr = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true));
        try {
            for (String name : List.of("a", "b", "a")) {
                URI uri = URI.create("block://" + directory.resolve(name) + "?capacity=1MiB");
                try (WalMedium medium = Wal.attach(provider, uri, AttachMode.CREATE, Wal.context(runtime, 64 << 10))) {
                    WalDescriptor descriptor = Wal.get(medium.prepare(1));
                    Frames frames = new Frames(descriptor, Wal.NODE, 1);
                    try (WriteAheadLog log = medium.create(descriptor, 1)) {
                        Wal.get(log.append(frames.next(log, 5000, 0)));
                    }
                    assertThat(Wal.fenceAndReplay(medium, descriptor, frames.start()))
                            .hasSize(1);
                    Wal.get(provider.inspect(uri, Wal.context(runtime, 64 << 10)));
                }
            }
        } finally {
            System.setErr(stderr);
        }
        assertThat(opened).hasSize(3).allMatch(options -> options.contains(StandardOpenOption.DSYNC));
        assertThat(said.toString().lines().filter(line -> line.contains("no direct I/O")))
                .hasSize(2)
                .anyMatch(line -> line.contains(directory.resolve("a").toString()))
                .anyMatch(line -> line.contains(directory.resolve("b").toString()));
    }

    /** Linux reports the failure of a write-back once for each descriptor: it must be the writer's own. */
    @Test
    void singleWriteIsInFlightAtATime() throws Exception {
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        BlockWalProvider watched = new BlockWalProvider(new FileDeviceSource((path, options) -> {
            if (options.contains(DirectIo.option())) {
                throw new FileSystemException(path.toString(), null, "Invalid argument");
            }
            return new ForwardingChannel(FileChannel.open(path, options)) {
                @Override
                public int write(ByteBuffer source, long position) throws IOException {
                    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                    Thread.yield();
                    try {
                        return super.write(source, position);
                    } finally {
                        underWay.decrementAndGet();
                    }
                }
            };
        }));
        Path elsewhere = Path.of("/dev/shm"); // each inode has one warning, and inodes are reused
        assumeThat(Files.isDirectory(elsewhere)).isTrue();
        Path path = Files.createTempFile(elsewhere, "wal", "");
        URI uri = URI.create("block://" + path + "?capacity=1MiB&maxInFlight=8");
        try (WalMedium medium = Wal.attach(watched, uri, AttachMode.CREATE, Wal.context(runtime, 64 << 10))) {
            WalDescriptor descriptor = Wal.get(medium.prepare(1));
            Frames frames = new Frames(descriptor, Wal.NODE, 1);
            try (WriteAheadLog log = medium.create(descriptor, 1)) {
                List<CompletableFuture<Void>> appended = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    appended.add(log.append(frames.next(log, 5000, Math.max(0, i - 8))));
                }
                appended.forEach(Wal::get);
            }
        } finally {
            Files.delete(path);
        }
        assertThat(most).hasValue(1);
    }

    /** Through a page cache a host would not see other hosts' writes, and miss its fence. */
    @Test
    void sharedModeIsRefused() {
        URI uri = URI.create("block://" + directory.resolve("wal") + "?capacity=4MiB&mode=shared");
        MemoryObjectStorage storage = new MemoryObjectStorage(PooledByteBufAllocator.DEFAULT);
        assertThatThrownBy(() -> Wal.attach(provider, uri, AttachMode.CREATE, SharedWal.context(runtime, storage, 1)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("needs direct I/O");
    }
}
