package io.s3stream.core.storage;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.support.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An object of a {@link DirectoryObjectStorage} as a file: a header, then the bytes of the object.
 *
 * <pre>
 *   0               8                               24              32
 *  +---------------+-------------------------------+---------------+----------------
 *  | magic         | version, unique               | size          | size bytes …
 *  +---------------+-------------------------------+---------------+----------------
 * </pre>
 *
 * Big-endian. The version travels with the content: both appear at their name by the same rename or link, so no crash
 * separates them and any process can read them. Files are never changed once they have their name.
 */
final class ObjectFile {

    /** The length of the header before the content. */
    static final int HEADER_BYTES = 32;

    private static final long MAGIC = 0x5333_534f_424a_0001L; // "S3SOBJ" and the format's version
    private static final int GATHERED_PIECES = 64;
    private static final int HEAP_PIECE_BYTES = 256 << 10;

    /** When less than this is left of the scratch memory, the pieces in it are written. */
    private static final int SCRATCH_RESERVE = 64 << 10;

    private ObjectFile() {}

    /** The content of the header. */
    record Header(String version, long size) {}

    static ByteBuffer header(Version version, long size) {
        return ByteBuffer.allocate(HEADER_BYTES)
                .putLong(MAGIC)
                .putLong(version.high())
                .putLong(version.low())
                .putLong(size)
                .flip();
    }

    /** Reads the header, and checks that the content is complete. */
    static Header readHeader(Path path, FileChannel channel) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        while (header.hasRemaining()) {
            if (channel.read(header, header.position()) < 0) {
                throw new CorruptedDataException("file=" + path + " is shorter than the header of an object");
            }
        }
        header.flip();
        long magic = header.getLong();
        if (magic != MAGIC) {
            throw new CorruptedDataException("file=" + path + " is not an object: it begins with 0x"
                    + Long.toHexString(magic) + ", remove foreign files from the directory");
        }
        var version = new Version(header.getLong(), header.getLong());
        long size = header.getLong();
        if (size < 0 || channel.size() != HEADER_BYTES + size) {
            throw new CorruptedDataException("file=" + path + " has " + channel.size() + " bytes, but its header says "
                    + size + " and " + HEADER_BYTES + " of its own");
        }
        return new Header(version.toString(), size);
    }

    /** Reads content into one new buffer. */
    static ByteBuf readContent(Path path, FileChannel channel, Extent extent, ByteBufAllocator allocator)
            throws IOException {
        ByteBuf data = allocator.directBuffer(extent.length());
        boolean complete = false;
        try {
            while (data.readableBytes() < extent.length()) {
                long position = HEADER_BYTES + extent.from() + data.readableBytes();
                if (data.writeBytes(channel, position, extent.length() - data.readableBytes()) < 0) {
                    throw new CorruptedDataException("file=" + path + " ended at " + position);
                }
            }
            complete = true;
            return data;
        } finally {
            if (!complete) {
                data.release();
            }
        }
    }

    /**
     * Appends the body. Direct buffers are written as they are, many by one call. Heap buffers are written in small
     * pieces, because the JDK copies them to direct memory of the same size, which it keeps.
     *
     * @param scratch memory that small pieces are copied to
     */
    static void writeBody(FileChannel channel, ObjectBody body, ByteBuffer scratch) throws IOException {
        long written = 0;
        ObjectBody.Cursor cursor = body.open(scratch);
        List<ByteBuffer> gathered = new ArrayList<>();
        for (ByteBuffer piece = cursor.next(); piece != null; piece = cursor.next()) {
            written += piece.remaining();
            if (!piece.isDirect()) {
                writeGathered(channel, gathered);
                writeHeap(channel, piece);
                continue;
            }
            gathered.add(piece);
            if (gathered.size() == GATHERED_PIECES || isNearlyFull(scratch)) {
                writeGathered(channel, gathered);
                scratch.clear();
            }
        }
        writeGathered(channel, gathered);
        checkLength(body, written);
    }

    static void checkLength(ObjectBody body, long written) {
        if (written != body.length()) {
            throw new StorageException("a body announced " + body.length() + " bytes, but has " + written);
        }
    }

    private static boolean isNearlyFull(ByteBuffer scratch) {
        return scratch.position() > 0 && scratch.remaining() < SCRATCH_RESERVE;
    }

    static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static void writeHeap(FileChannel channel, ByteBuffer piece) throws IOException {
        for (int at = piece.position(); at < piece.limit(); at += HEAP_PIECE_BYTES) {
            writeFully(channel, piece.slice(at, Math.min(HEAP_PIECE_BYTES, piece.limit() - at)));
        }
    }

    private static void writeGathered(FileChannel channel, List<ByteBuffer> pieces) throws IOException {
        ByteBuffer[] array = pieces.toArray(ByteBuffer[]::new);
        int first = 0;
        while (first < array.length) {
            channel.write(array, first, array.length - first);
            while (first < array.length && !array[first].hasRemaining()) {
                first++;
            }
        }
        pieces.clear();
    }

    /** 128 bits, never used twice. */
    record Version(long high, long low) {

        @Override
        public String toString() {
            return String.format("%016x%016x", high, low);
        }
    }
}
