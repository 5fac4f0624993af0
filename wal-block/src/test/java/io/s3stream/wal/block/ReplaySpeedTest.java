package io.s3stream.wal.block;

import io.s3stream.spi.wal.Replay;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.testkit.runtime.ThreadedTestRuntime;
import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.device.FileDeviceSource;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Prints the speed of writing and replaying a log, and of raw reads of the same file. Not a benchmark: an orientation.
 */
@Tag("campaign")
class ReplaySpeedTest {

    private static final long BYTES = 512L << 20;

    @TempDir
    Path directory;

    @Test
    void replayRunsAtSpeedOfDevice() throws Exception {
        for (int payload : new int[] {256 << 10, 3 << 10}) {
            measure(payload);
        }
    }

    private void measure(int payload) throws Exception {
        try (ThreadedTestRuntime runtime = new ThreadedTestRuntime(1)) {
            Path file = directory.resolve("wal" + payload);
            URI uri = URI.create("block://" + file + "?capacity=" + (BYTES + (64 << 20)));
            WalContext context = Wal.context(runtime, 1 << 20);
            try (WalMedium medium = Wal.attach(new BlockWalProvider(), uri, AttachMode.CREATE, context)) {
                WalDescriptor descriptor = Wal.get(medium.prepare(1));
                long total = payload > 100_000 ? BYTES : BYTES / 8;
                Frames frames = new Frames(descriptor, Wal.NODE, 1);
                long began = System.nanoTime();
                write(medium.create(descriptor, 1), frames, payload, total);
                print("append " + payload, total, began);
                for (int round = 0; round < 3; round++) {
                    began = System.nanoTime();
                    readRaw(file, total);
                    print("raw read", total, began);
                    began = System.nanoTime();
                    long bytes = 0;
                    try (Replay replay = Wal.get(medium.replay(descriptor, frames.start()))) {
                        for (var next = Wal.get(replay.next()); next.isPresent(); next = Wal.get(replay.next())) {
                            bytes += next.get().bytes().remaining();
                        }
                    }
                    print("replay " + payload, bytes, began);
                }
            }
        }
    }

    private static void write(WriteAheadLog log, Frames frames, int payload, long total) {
        Deque<CompletableFuture<Void>> inFlight = new ArrayDeque<>();
        while (frames.last().endPosition() < total) {
            WalFrame frame = frames.next(log, new byte[payload], frames.last().sequence() - inFlight.size());
            frames.written
                    .subList(0, frames.written.size() - 1)
                    .clear(); // saves memory: the test needs only the last frame
            inFlight.add(log.append(frame));
            if (inFlight.size() == 8) {
                Wal.get(inFlight.remove());
            }
        }
        log.close();
    }

    private static void readRaw(Path file, long total) throws Exception {
        try (BlockDevice device = new FileDeviceSource().open(file, false)) {
            ByteBuffer buffer = ByteBuffer.allocateDirect((1 << 20) + 4096)
                    .alignedSlice(4096)
                    .limit(1 << 20);
            for (long at = 0; at < total; at += 1 << 20) {
                device.read(buffer.position(0), (64 << 10) + at);
            }
        }
    }

    private static void print(String what, long bytes, long began) {
        System.out.printf("%s: %.0f MB/s%n", what, bytes * 1e3 / (System.nanoTime() - began));
    }
}
