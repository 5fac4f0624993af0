package io.s3stream.layout;

import io.s3stream.api.errors.CorruptedDataException;
import java.nio.ByteBuffer;

/**
 * The footer, the last 40 bytes of every object.
 *
 * <p>Fields, by offset: 0 index position, 8 index size (int), 12 CRC32C of the index (int), 16 object size, 24 size of the
 * {@linkplain IndexDirectory directory} before the index (int, 0: none), 28 version, 32 CRC32C of footer bytes 0–31 (int), 36
 * magic "S3OB".
 *
 * @param indexPosition where the index begins
 * @param indexBytes its size
 * @param directoryBytes size of the directory, which ends where the index begins
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

    /** Reads the footer at the end of the last bytes of an object, and checks that its parts are within the object. */
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

    /** Where the blocks end. */
    long blocksEnd() {
        return indexPosition - directoryBytes;
    }
}
