package io.s3stream.layout;

import io.s3stream.api.errors.CorruptedDataException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The directory of a large index. It divides the entries into pages of 256, and the last page has the rest. A reader of
 * one stream reads the directory and the pages of that stream, not the whole index.
 *
 * <p>Integers are big-endian. An int is 4 bytes, a long 8. The number at the left is the offset of the row.
 *
 * <pre>
 *       0       1       2       3       4       5       6       7
 *     +-------+-------+-------+-------+-------+-------+-------+-------+
 *   0 |  'S'     '3'     'I'     'D'  |       version = 1 (int)       |
 *     +-------------------------------+-------------------------------+
 *   8 |   entries of the index (int)  |    number of pages p (int)    |
 *     +-------------------------------+-------------------------------+
 *  16 |                      p pages of 24 bytes                      |
 *     +-------------------------------+-------------------------------+
 *     | CRC32C of all bytes before    |      reserved, zero (int)     |
 *     +-------------------------------+-------------------------------+
 *
 *     page
 *     +---------------------------------------------------------------+
 *   0 |              stream id of its first entry (long)              |
 *   8 |             base offset of its first entry (long)             |
 *     +-------------------------------+-------------------------------+
 *  16 |  CRC32C of its entries (int)  |      reserved, zero (int)     |
 *     +-------------------------------+-------------------------------+
 * </pre>
 */
public final class IndexDirectory {

    /**
     * An index with more entries than this has a directory. A reader gets a smaller index and the footer in one read.
     */
    static final int MAX_ENTRIES_WITHOUT_DIRECTORY = 512;

    private static final int PAGE_ENTRIES = 256;
    private static final int PAGE_BYTES = PAGE_ENTRIES * ObjectIndex.ENTRY_BYTES;
    private static final int MAGIC = 0x5333_4944;
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 16;
    private static final int REFERENCE_BYTES = 24;
    private static final int TRAILER_BYTES = 8;

    private final ObjectFooter footer;
    private final long[] streamIds; // by page: the stream of its first entry
    private final long[] baseOffsets;
    private final int[] checksums;

    /**
     * Adjacent pages.
     *
     * @param position the position of the first page in the object
     * @param bytes the size of all pages together
     */
    public record Pages(int first, int last, long position, int bytes) {}

    private IndexDirectory(ObjectFooter footer, int pages) {
        this.footer = footer;
        this.streamIds = new long[pages];
        this.baseOffsets = new long[pages];
        this.checksums = new int[pages];
    }

    /** Returns the size of the directory of an index with {@code entries} entries, or 0 if it has none. */
    static int bytesFor(int entries) {
        return entries <= MAX_ENTRIES_WITHOUT_DIRECTORY
                ? 0
                : HEADER_BYTES + pagesOf(entries) * REFERENCE_BYTES + TRAILER_BYTES;
    }

    private static int pagesOf(int entries) {
        return (entries - 1) / PAGE_ENTRIES + 1;
    }

    /** Writes the directory at {@code at}, before the index whose entries begin at {@code entriesAt}. */
    static void encode(ByteBuffer target, int at, int entriesAt, int entries) {
        int pages = pagesOf(entries);
        target.putInt(at, MAGIC).putInt(at + 4, VERSION).putInt(at + 8, entries).putInt(at + 12, pages);
        int reference = at + HEADER_BYTES;
        for (int page = 0; page < pages; page++, reference += REFERENCE_BYTES) {
            int from = entriesAt + page * PAGE_BYTES;
            int bytes = Math.min(PAGE_BYTES, entries * ObjectIndex.ENTRY_BYTES - page * PAGE_BYTES);
            target.putLong(reference, target.getLong(from));
            target.putLong(reference + 8, target.getLong(from + 16));
            target.putInt(reference + 16, Checksums.crc32c(target, from, bytes));
        }
        target.putInt(reference, Checksums.crc32c(target, at, reference - at));
    }

    /** The place of a directory in its object. */
    public record Place(long position, int bytes) {}

    /**
     * Returns the place of the directory, or empty if the object has none.
     *
     * @param tail the last bytes of the object, at least the footer
     */
    public static Optional<Place> find(ByteBuffer tail, long objectSize) {
        ObjectFooter footer = ObjectFooter.decode(tail, objectSize);
        return footer.directoryBytes() == 0
                ? Optional.empty()
                : Optional.of(new Place(footer.blocksEnd(), footer.directoryBytes()));
    }

    /**
     * Reads the directory.
     *
     * @param bytes the directory, from position to limit
     * @param tail the last bytes of the object, at least the footer
     */
    public static IndexDirectory decode(ByteBuffer bytes, ByteBuffer tail, long objectSize) {
        ObjectFooter footer = ObjectFooter.decode(tail, objectSize);
        int at = bytes.position();
        int size = bytes.remaining();
        if (size != footer.directoryBytes() || size < HEADER_BYTES + TRAILER_BYTES) {
            throw new CorruptedDataException(
                    "index directory: " + size + " bytes, the footer says " + footer.directoryBytes());
        }
        int entries = bytes.getInt(at + 8);
        int pages = bytes.getInt(at + 12);
        if (bytes.getInt(at) != MAGIC
                || bytes.getInt(at + 4) != VERSION
                || entries <= 0
                || (long) entries * ObjectIndex.ENTRY_BYTES + ObjectIndex.HEADER_BYTES != footer.indexBytes()
                || pages != pagesOf(entries)
                || HEADER_BYTES + (long) pages * REFERENCE_BYTES + TRAILER_BYTES != size) {
            throw new CorruptedDataException(
                    "index directory: bad magic, version or sizes: entries=" + entries + " pages=" + pages);
        }
        if (Checksums.crc32c(bytes, at, size - TRAILER_BYTES) != bytes.getInt(at + size - TRAILER_BYTES)) {
            throw new CorruptedDataException("index directory: checksum mismatch");
        }
        IndexDirectory directory = new IndexDirectory(footer, pages);
        for (int page = 0; page < pages; page++) {
            int reference = at + HEADER_BYTES + page * REFERENCE_BYTES;
            directory.streamIds[page] = bytes.getLong(reference);
            directory.baseOffsets[page] = bytes.getLong(reference + 8);
            directory.checksums[page] = bytes.getInt(reference + 16);
            if (page > 0 && !directory.isOrdered(page)) {
                throw new CorruptedDataException("index directory: page " + page + " is not after the page before it");
            }
        }
        return directory;
    }

    private boolean isOrdered(int page) {
        return streamIds[page - 1] < streamIds[page]
                || (streamIds[page - 1] == streamIds[page] && baseOffsets[page - 1] < baseOffsets[page]);
    }

    public int pages() {
        return streamIds.length;
    }

    /**
     * Returns pages that hold all entries of a stream. They may also hold entries of other streams, or none of this
     * one.
     */
    public Pages pagesOf(long streamId) {
        int first = Math.max(
                0, firstNotBelow(streamId) - 1); // the stream's entries may begin at the end of the page before
        int behind = streamId == Long.MAX_VALUE ? pages() : firstNotBelow(streamId + 1);
        int last = Math.max(first, behind - 1);
        int end = Math.min(footer.indexBytes() - ObjectIndex.HEADER_BYTES, (last + 1) * PAGE_BYTES);
        return new Pages(
                first,
                last,
                footer.indexPosition() + ObjectIndex.HEADER_BYTES + (long) first * PAGE_BYTES,
                end - first * PAGE_BYTES);
    }

    /** Returns the first page whose first entry has this stream id or a greater one. */
    private int firstNotBelow(long streamId) {
        int low = 0;
        int high = streamIds.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (streamIds[middle] < streamId) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * Reads pages as an index of their entries.
     *
     * @param bytes the pages, from position to limit
     */
    public ObjectIndex decode(ByteBuffer bytes, Pages pages) {
        if (bytes.remaining() != pages.bytes()) {
            throw new CorruptedDataException("index: pages " + pages.first() + " to " + pages.last() + " are "
                    + bytes.remaining() + " of " + pages.bytes() + " bytes");
        }
        int at = bytes.position();
        for (int page = pages.first(); page <= pages.last(); page++) {
            int from = at + (page - pages.first()) * PAGE_BYTES;
            int length = Math.min(PAGE_BYTES, bytes.limit() - from);
            if (Checksums.crc32c(bytes, from, length) != checksums[page]) {
                throw new CorruptedDataException("index: checksum mismatch in page " + page);
            }
        }
        List<BlockEntry> entries =
                ObjectIndex.readEntries(bytes, at, pages.bytes() / ObjectIndex.ENTRY_BYTES, footer.blocksEnd());
        return new ObjectIndex(entries);
    }
}
