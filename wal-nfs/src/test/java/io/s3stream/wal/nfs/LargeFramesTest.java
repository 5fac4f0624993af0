package io.s3stream.wal.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.testkit.runtime.ThreadedTestRuntime;
import io.s3stream.testkit.wal.WalFrames;
import io.s3stream.testkit.wal.WalSession;
import io.s3stream.wal.nfs.directory.MountedDirectory;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frames larger than a replay's read size, among small ones. */
class LargeFramesTest {

    private static final int MIB = 1 << 20;
    private static final List<Integer> PAYLOADS =
            List.of(100, 6 * MIB, 3 * MIB, 13 * MIB, 1, 4 * MIB, 2 * MIB, 11 * MIB, 5000, 7 * MIB, 12 * MIB, 8 * MIB);

    @TempDir
    Path directory;

    @Test
    void largeFramesAreReadWholeForAnyChunkBoundary() {
        try (ThreadedTestRuntime runtime = new ThreadedTestRuntime(1)) {
            WalContext context = new WalContext(
                    runtime,
                    null,
                    uri -> CompletableFuture.failedFuture(new InvalidRequestException("no storage")),
                    PooledByteBufAllocator.DEFAULT,
                    new UUID(1, 2),
                    3,
                    16 * MIB);
            URI uri = URI.create("nfs://" + directory + "?capacity=256MiB&segment=40MiB");
            try (WalSession session =
                    WalSession.attach(new NfsWalProvider(MountedDirectory::new), uri, AttachMode.CREATE, context)) {
                WalDescriptor descriptor = session.prepare(1);
                WriteAheadLog log = session.create(descriptor, 1);
                WalFrames frames = new WalFrames(descriptor, 3, 1);
                for (int payload : PAYLOADS) {
                    WalFrame frame = frames.next(log, payload, frames.last().sequence());
                    assertThat(frame).isNotNull();
                    WalSession.get(log.append(frame));
                }
                log.close();
                var read = WalSession.replay(session.medium(), descriptor, frames.start());
                assertThat(read).hasSize(PAYLOADS.size());
                for (int i = 0; i < PAYLOADS.size(); i++) {
                    assertThat(read.get(i).bytes())
                            .as("frame %s", i)
                            .isEqualTo(frames.written().get(i).bytes());
                }
            }
        }
    }
}
