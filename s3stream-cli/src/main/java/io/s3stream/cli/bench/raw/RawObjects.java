package io.s3stream.cli.bench.raw;

import com.sun.management.OperatingSystemMXBean;
import io.s3stream.cli.terminal.Futures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.zip.CRC32C;

/** Reads the files of a directory in parallel and computes checksums over them: the minimum of any catch-up read. */
public final class RawObjects {

    private static final int PIECE = 4 << 20;

    /** The time and the bytes of the reads. */
    public record Result(double bytesPerSecond, double cpuSecondsPerGib) {}

    private record Piece(Path file, long from) {}

    private RawObjects() {}

    public static Result read(Path objects, ExecutorService threads, int readers) throws IOException {
        List<Piece> pieces = new ArrayList<>();
        try (var walk = Files.walk(objects.resolve("data"))) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                long size = Files.size(file);
                for (long from = 0; from < size; from += PIECE) {
                    pieces.add(new Piece(file, from));
                }
            }
        }
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = system.getProcessCpuTime();
        long began = System.nanoTime();
        Iterator<Piece> next = pieces.iterator();
        List<CompletableFuture<Long>> reading = new ArrayList<>();
        for (int i = 0; i < readers; i++) {
            reading.add(CompletableFuture.supplyAsync(() -> readSome(next), threads));
        }
        long bytes = reading.stream().mapToLong(Futures::await).sum();
        double seconds = (System.nanoTime() - began) / 1e9;
        double cpuSeconds = (system.getProcessCpuTime() - cpu) / 1e9;
        return new Result(bytes / seconds, cpuSeconds / bytes * (1L << 30));
    }

    private static long readSome(Iterator<Piece> pieces) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE);
        CRC32C crc = new CRC32C();
        long bytes = 0;
        while (true) {
            Piece piece;
            synchronized (pieces) {
                if (!pieces.hasNext()) {
                    return bytes;
                }
                piece = pieces.next();
            }
            try (FileChannel channel = FileChannel.open(piece.file(), StandardOpenOption.READ)) {
                buffer.clear();
                bytes += Math.max(0, channel.read(buffer, piece.from()));
                crc.update(buffer.flip());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
