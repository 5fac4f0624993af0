package io.s3stream.examples.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The least a recovery has to do: read the WAL once, write as much once and make it durable. */
record RawRecovery(double readSeconds, double writeSeconds) {

    private static final int PIECE = 4 << 20;

    /** @param scratch a file that is written and removed */
    static RawRecovery measure(Path scratch, Path wal, long bytes) throws IOException {
        ByteBuffer buffer = DirectIo.buffer(PIECE);
        long began = System.nanoTime();
        try (FileChannel channel = DirectIo.open(wal, StandardOpenOption.READ)) {
            for (long at = 0; at < bytes && channel.read(buffer.clear(), at) > 0; at += PIECE) {}
        }
        long read = System.nanoTime();
        try (FileChannel channel = FileChannel.open(scratch, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long at = 0; at < bytes; at += PIECE) {
                channel.write(buffer.clear(), at);
            }
            channel.force(true);
        }
        long written = System.nanoTime();
        Files.delete(scratch);
        return new RawRecovery((read - began) / 1e9, (written - read) / 1e9);
    }
}
