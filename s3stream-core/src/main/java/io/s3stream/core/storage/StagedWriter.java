package io.s3stream.core.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Writes a file from its beginning past the page cache: collects bytes of any length in an aligned buffer, because direct I/O takes
 * whole blocks only. Not thread-safe.
 */
final class StagedWriter {

    private final FileChannel past;
    private final ByteBuffer stage;
    private final int alignment;
    private long position;

    /**
     * @param past the file, opened for direct I/O
     * @param stage empty, aligned, and a multiple of the alignment in size
     */
    StagedWriter(FileChannel past, ByteBuffer stage, int alignment) {
        this.past = past;
        this.stage = stage;
        this.alignment = alignment;
    }

    /** Takes all bytes of {@code bytes}. */
    void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int length = Math.min(bytes.remaining(), stage.remaining());
            stage.put(stage.position(), bytes, bytes.position(), length);
            stage.position(stage.position() + length);
            bytes.position(bytes.position() + length);
            if (!stage.hasRemaining()) {
                writeStage(stage.capacity());
            }
        }
    }

    /** Writes the rest: whole blocks past the page cache, and the bytes of the last block to {@code channel}. */
    void finish(FileChannel channel) throws IOException {
        int end = stage.position();
        int blocks = end - end % alignment;
        writeStage(blocks);
        stage.position(blocks).limit(end);
        while (stage.hasRemaining()) {
            position += channel.write(stage, position);
        }
    }

    private void writeStage(int end) throws IOException {
        stage.position(0).limit(end);
        while (stage.hasRemaining()) {
            position += past.write(stage, position);
        }
        stage.clear();
    }
}
