package io.s3stream.core.storage;

import io.s3stream.spi.storage.ObjectBody;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Writes a file from its beginning past the page cache: collects bytes of any length in an aligned buffer, because direct
 * I/O takes whole blocks only. Not thread-safe.
 */
final class StagedWriter {

    /** Room for small pieces that a body copies together. With less, the full blocks of the buffer are written. */
    static final int RESERVE_BYTES = 64 << 10;

    private final FileChannel past;
    private final ByteBuffer stage;
    private final int alignment;
    private long position;

    /**
     * @param past the file, opened for direct I/O
     * @param stage empty, aligned, a multiple of the alignment in size, and larger than {@link #RESERVE_BYTES} and a block
     */
    StagedWriter(FileChannel past, ByteBuffer stage, int alignment) {
        this.past = past;
        this.stage = stage;
        this.alignment = alignment;
    }

    /** Takes all bytes of the body. Pieces that the body copies together are copied to their final place. */
    void write(ObjectBody body) throws IOException {
        long written = 0;
        ObjectBody.Cursor cursor = body.open(stage);
        int before = stage.position();
        for (ByteBuffer piece = cursor.next(); piece != null; piece = cursor.next()) {
            written += piece.remaining();
            if (stage.position() == before) { // otherwise the body has put the piece there
                write(piece);
            }
            if (stage.remaining() < RESERVE_BYTES) {
                writeBlocks();
            }
            before = stage.position();
        }
        ObjectFile.checkLength(body, written);
    }

    /** Takes all bytes of {@code bytes}. */
    void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int length = Math.min(bytes.remaining(), stage.remaining());
            stage.put(stage.position(), bytes, bytes.position(), length);
            stage.position(stage.position() + length);
            bytes.position(bytes.position() + length);
            if (!stage.hasRemaining()) {
                writeBlocks();
            }
        }
    }

    /** Writes the rest: whole blocks past the page cache, and the bytes of the last block to {@code channel}. */
    void finish(FileChannel channel) throws IOException {
        writeBlocks();
        stage.flip();
        while (stage.hasRemaining()) {
            position += channel.write(stage, position);
        }
    }

    /** Writes the whole blocks. The bytes after them move to the beginning. */
    private void writeBlocks() throws IOException {
        int end = stage.position();
        int blocks = end - end % alignment;
        stage.position(0).limit(blocks);
        while (stage.hasRemaining()) {
            position += past.write(stage, position);
        }
        stage.limit(end).compact();
    }
}
