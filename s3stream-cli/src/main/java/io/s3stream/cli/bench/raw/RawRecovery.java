package io.s3stream.cli.bench.raw;

import io.s3stream.cli.terminal.Futures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** Does the minimum of a recovery: reads the WAL once, and writes the same amount as files, each synced. */
public record RawRecovery(double readSeconds, double writeSeconds) {

    private static final int PIECE = 4 << 20;
    private static final int WRITERS = 3;

    /**
     * Reads and writes, and measures both.
     *
     * @param scratch directory in which files are written and removed, on the medium of the objects
     * @param wal the files of the WAL
     * @param direct whether the WAL is read without the page cache, like a block WAL
     * @param objectBytes size of each written file
     */
    public static RawRecovery measure(Path scratch, List<Path> wal, boolean direct, long bytes, long objectBytes)
            throws IOException {
        long began = System.nanoTime();
        long left = bytes;
        ByteBuffer buffer = DirectFiles.buffer(PIECE);
        for (Path file : wal) {
            left -= read(file, buffer, direct, left);
        }
        long read = System.nanoTime();
        write(scratch, bytes, objectBytes);
        return new RawRecovery((read - began) / 1e9, (System.nanoTime() - read) / 1e9);
    }

    public double slower() {
        return Math.max(readSeconds, writeSeconds);
    }

    private static long read(Path file, ByteBuffer buffer, boolean direct, long most) throws IOException {
        long at = 0;
        try (FileChannel channel = direct
                ? DirectFiles.open(file, StandardOpenOption.READ)
                : FileChannel.open(file, StandardOpenOption.READ)) {
            while (at < most) {
                int got = channel.read(buffer.clear(), at);
                if (got <= 0) {
                    break;
                }
                at += got;
            }
        }
        return at;
    }

    private static void write(Path scratch, long bytes, long objectBytes) {
        AtomicLong next = new AtomicLong();
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        try {
            List<CompletableFuture<Void>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                Path file = scratch.resolveSibling(scratch.getFileName() + "-" + i);
                writers.add(CompletableFuture.runAsync(
                        () -> {
                            ByteBuffer buffer = DirectFiles.buffer(PIECE);
                            while (next.getAndAdd(objectBytes) < bytes) {
                                writeObject(file, buffer, objectBytes);
                            }
                        },
                        threads));
            }
            writers.forEach(Futures::await);
        } finally {
            threads.shutdown();
        }
    }

    private static void writeObject(Path file, ByteBuffer buffer, long bytes) {
        try {
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                for (long at = 0; at < bytes; at += PIECE) {
                    channel.write(buffer.clear(), at);
                }
                channel.force(true);
            }
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
