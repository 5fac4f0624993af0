package io.s3stream.layout;

import io.s3stream.api.errors.CorruptedDataException;
import java.nio.ByteBuffer;

/**
 * The footer: the last 40 bytes of every object.
 *
 * <p>Integers are big-endian. An int is 4 bytes, a long 8. The number at the left is the offset of the row in the
 * footer.
 *
 * <pre>
 *       0       1       2       3       4       5       6       7
 *     +-------+-------+-------+-------+-------+-------+-------+-------+
 *   0 |                     index position (long)                     |
 *     +-------------------------------+-------------------------------+
 *   8 |    index size, bytes (int)    |  CRC32C of the index (int)    |
 *     +-------------------------------+-------------------------------+
 *  16 |            size of the whole object, bytes (long)             |
 *     +-------------------------------+-------------------------------+
 *  24 | size of the directory (int)   |       version = 1 (int)       |
 *     +-------------------------------+-------------------------------+
 *  32 |  CRC32C of bytes 0–31 (int)   |  'S'     '3'     'O'     'B'  |
 *     +-------------------------------+-------------------------------+
 * </pre>
 *
 * @param indexPosition the position in the object at which the index begins
 * @param indexBytes the size of the index
 * @param indexCrc the CRC32C of the index
 * @param directoryBytes the size of the {@linkplain IndexDirectory directory}, which ends where the index begins; 0 if
 *     there is none
 */
record ObjectFooter(long indexPosition, int indexBytes, int indexCrc, int directoryBytes) {

    static final int BYTES = 40;

    private static final int MAGIC = 0x5333_4f42;
    private static final int VERSION = 1;

    void encode(ByteBuffer target) {
        int at = target.position();
        target.putLong(indexPosition).putInt(indexBytes).putInt(indexCrc);
        target.putLong(indexPosition + indexBytes + BYTES)
                .putInt(directoryBytes)
                .putInt(VERSION);
        target.putInt(Checksums.crc32c(target, at, 32)).putInt(MAGIC);
    }

    /**
     * Reads the footer at the end of {@code tail}, the last bytes of an object. Checks that its parts fit the object.
     */
    static ObjectFooter decode(ByteBuffer tail, long objectSize) {
        int at = tail.limit() - BYTES;
        if (at < tail.position()) {
            throw new CorruptedDataException("object of " + objectSize + " bytes: too short for a footer");
        }
        if (tail.getInt(at + 36) != MAGIC || tail.getInt(at + 28) != VERSION) {
            throw new CorruptedDataException("footer: bad magic or version");
        }
        if (Checksums.crc32c(tail, at, 32) != tail.getInt(at + 32)) {
            throw new CorruptedDataException("footer: checksum mismatch");
        }
        ObjectFooter footer =
                new ObjectFooter(tail.getLong(at), tail.getInt(at + 8), tail.getInt(at + 12), tail.getInt(at + 24));
        if (tail.getLong(at + 16) != objectSize
                || footer.indexPosition < 0
                || footer.indexBytes < ObjectIndex.HEADER_BYTES
                || footer.indexPosition != objectSize - BYTES - footer.indexBytes) {
            throw new CorruptedDataException("footer: index at " + footer.indexPosition + " of " + footer.indexBytes
                    + " bytes does not fit the object of " + objectSize + " bytes");
        }
        int entries = (footer.indexBytes - ObjectIndex.HEADER_BYTES) / ObjectIndex.ENTRY_BYTES;
        boolean isDirectory = footer.directoryBytes == IndexDirectory.bytesFor(entries)
                && footer.directoryBytes <= footer.indexPosition;
        if (footer.directoryBytes != 0 && !isDirectory) {
            throw new CorruptedDataException("footer: a directory of " + footer.directoryBytes
                    + " bytes does not fit an index of " + entries + " entries at " + footer.indexPosition);
        }
        return footer;
    }

    /** Returns the position at which the blocks end. */
    long blocksEnd() {
        return indexPosition - directoryBytes;
    }
}
