package io.s3stream.wal.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.testkit.runtime.ThreadedTestRuntime;
import io.s3stream.wal.block.format.RingGeometry;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frames larger than a replay's read size, among small ones. */
class LargeFramesTest {

    private static final int MIB = 1 << 20;
    private static final List<Integer> PAYLOADS =
            List.of(100, 6 * MIB, 3 * MIB, 13 * MIB, 1, 4 * MIB, 2 * MIB, 11 * MIB, 5000, 7 * MIB, 12 * MIB, 8 * MIB);

    @TempDir
    Path directory;

    /** Beyond that size, a buffer of a replay could not hold a frame and its read-ahead. */
    @Test
    void largeFramesEndAtOneGibibyteOnAnyMedium() {
        assertThat(RingGeometry.of(1L << 40, Integer.MAX_VALUE).maxFrameBytes()).isEqualTo(1 << 30);
        assertThat(RingGeometry.of(2L << 30, Integer.MAX_VALUE).maxFrameBytes()).isEqualTo((1 << 29) - (16 << 10));
    }

    @Test
    void largeFramesAreReadWholeForAnyChunkBoundary() {
        try (ThreadedTestRuntime runtime = new ThreadedTestRuntime(1)) {
            URI uri = URI.create("block://" + directory.resolve("wal") + "?capacity=96MiB");
            WalContext context = Wal.context(runtime, 16 * MIB);
            try (WalMedium medium = Wal.attach(new BlockWalProvider(), uri, AttachMode.CREATE, context)) {
                WalDescriptor descriptor = Wal.get(medium.prepare(1));
                Frames frames = new Frames(descriptor, Wal.NODE, 1);
                WriteAheadLog log = medium.create(descriptor, 1);
                for (int payload : PAYLOADS) {
                    WalFrame frame = frames.next(log, payload, frames.last().sequence());
                    assertThat(frame).isNotNull();
                    Wal.get(log.append(frame));
                }
                log.close();
                List<Wal.Read> read = Wal.replay(medium, descriptor, frames.start());
                assertThat(read).hasSize(PAYLOADS.size());
                for (int i = 0; i < PAYLOADS.size(); i++) {
                    assertThat(read.get(i).bytes())
                            .as("frame %s", i)
                            .isEqualTo(frames.written.get(i).bytes());
                }
            }
        }
    }
}
