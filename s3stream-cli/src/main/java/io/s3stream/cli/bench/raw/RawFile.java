package io.s3stream.cli.bench.raw;

import io.s3stream.cli.terminal.Futures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Measures the bare medium: direct, synchronous writes to a preallocated file, over and over. The source is memory as large as
 * that of a real log, because a device reads a small, hot buffer faster than a log's.
 */
public final class RawFile implements AutoCloseable {

    private static final int CHUNK = 4 << 20;

    /** The result for the medium. */
    public record Result(double bytesPerSecond, Histogram latencies) {}

    /** The memory that is written. */
    public enum Source {
        /** All memory in turn, as a log writes. */
        DISTINCT,
        /** Each writer writes a buffer of its own, again and again. */
        HOT
    }

    private final FileChannel channel;
    private final long size;
    private final ByteBuffer memory;

    /**
     * Creates the file and writes all of it once.
     *
     * @param memoryBytes size of the memory that {@link Source#DISTINCT} cycles through
     */
    public RawFile(Path path, long size, int memoryBytes) throws IOException {
        this.size = size / CHUNK * CHUNK;
        this.memory = DirectFiles.buffer(memoryBytes);
        this.channel = DirectFiles.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DSYNC,
                StandardOpenOption.DELETE_ON_CLOSE);
        ByteBuffer zeros = DirectFiles.buffer(CHUNK);
        for (long at = 0; at < this.size; at += CHUNK) {
            write(zeros, at);
        }
    }

    /**
     * @param frameBytes size of one write
     * @param depth number of writes in flight
     * @param intervalNanos between the starts of two writes; latencies then count from the due time. 0: no interval
     */
    public Result run(int frameBytes, int depth, double intervalNanos, Duration duration, Source source) {
        long frames = size / frameBytes;
        int places = source == Source.HOT ? depth : Math.max(depth, memory.capacity() / frameBytes);
        AtomicLong next = new AtomicLong();
        Histogram latencies = new ConcurrentHistogram(3);
        ExecutorService threads = Executors.newFixedThreadPool(depth);
        long began = System.nanoTime();
        long end = began + duration.toNanos();
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        for (int i = 0; i < depth; i++) {
            writers.add(CompletableFuture.runAsync(
                    () -> {
                        while (System.nanoTime() < end) {
                            long n = next.getAndIncrement();
                            ByteBuffer frame = memory.slice((int) (n % places) * frameBytes, frameBytes);
                            long due = awaitTurn(intervalNanos == 0 ? 0 : began + (long) (n * intervalNanos));
                            write(frame, n % frames * frameBytes);
                            latencies.recordValue(System.nanoTime() - due);
                        }
                    },
                    threads));
        }
        try {
            writers.forEach(Futures::await);
        } finally {
            threads.shutdown();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        return new Result(latencies.getTotalCount() * (double) frameBytes / seconds, latencies);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static long awaitTurn(long due) {
        long now = System.nanoTime();
        while (due != 0 && now < due) {
            LockSupport.parkNanos(due - now);
            now = System.nanoTime();
        }
        return due == 0 ? now : due;
    }

    private void write(ByteBuffer buffer, long at) {
        try {
            ByteBuffer rest = buffer.duplicate();
            while (rest.hasRemaining()) {
                channel.write(rest, at + rest.position());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
