package io.s3stream.layout;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.errors.StreamException.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The index: the list of an object's blocks. Index and footer are the tail of every object.
 *
 * <p>Integers are big-endian. An int is 4 bytes, a long 8. The number at the left is the offset of the row.
 *
 * <pre>
 *       0       1       2       3       4       5       6       7
 *     +-------+-------+-------+-------+-------+-------+-------+-------+
 *   0 |  'S'     '3'     'I'     'X'  |       version = 1 (int)       |
 *     +-------------------------------+-------------------------------+
 *   8 |   number of entries n (int)   |      reserved, zero (int)     |
 *     +-------------------------------+-------------------------------+
 *  16 |    n entries of 56 bytes, by (stream id, base offset)         |
 *     +---------------------------------------------------------------+
 *
 *     entry
 *     +---------------------------------------------------------------+
 *   0 |                        stream id (long)                       |
 *   8 |                      stream epoch (long)                      |
 *  16 |                       base offset (long)                      |
 *  24 |                       end offset (long)                       |
 *  32 |                      max timestamp (long)                     |
 *  40 |           position of the block in the object (long)          |
 *     +-------------------------------+-------------------------------+
 *  48 | size of the block, bytes (int)| rewrites of its records (int) |
 *     +-------------------------------+-------------------------------+
 * </pre>
 *
 * <p>A large index has an {@link IndexDirectory} before it. The {@link ObjectFooter} has the places of both.
 */
public final class ObjectIndex {

    public static final int FOOTER_BYTES = ObjectFooter.BYTES;

    static final int HEADER_BYTES = 16;
    static final int ENTRY_BYTES = 56;

    private static final int MAGIC = 0x5333_4958;
    private static final int VERSION = 1;

    private final List<BlockEntry> entries;
    private final BlockTotals totals;

    /** Adjacent entries {@code [from, to)} of the index, all of one stream. */
    public record Slice(int from, int to) {

        public boolean isEmpty() {
            return from >= to;
        }
    }

    ObjectIndex(List<BlockEntry> entries) {
        this.entries = List.copyOf(entries);
        this.totals = new BlockTotals(this.entries);
    }

    /** Returns all blocks of the object, or of some pages of its index, sorted by (stream id, base offset). */
    public List<BlockEntry> entries() {
        return entries;
    }

    /** Returns the place in {@link #entries()} of the block with {@code offset} of the stream, or -1. */
    public int find(long streamId, long offset) {
        int at = firstEndingAfter(streamId, offset);
        boolean found = at < entries.size()
                && entries.get(at).streamId() == streamId
                && entries.get(at).baseOffset() <= offset;
        return found ? at : -1;
    }

    /** Returns the blocks of a stream that have an offset in {@code [start, end)}; {@code start < end}. */
    public Slice slice(long streamId, long start, long end) {
        int from = firstEndingAfter(streamId, start);
        int last = firstEndingAfter(streamId, end - 1);
        boolean reaches = last < entries.size()
                && entries.get(last).streamId() == streamId
                && entries.get(last).baseOffset() < end;
        return new Slice(from, reaches ? last + 1 : last);
    }

    /** Returns the bytes of the records in a slice: with the headers of records, without the headers of blocks. */
    public long recordBytes(Slice slice) {
        return slice.isEmpty() ? 0 : totals.recordBytes(slice.from(), slice.to());
    }

    /**
     * Returns the place in {@link #entries()} of the first block of a slice with a timestamp of at least
     * {@code timestamp}, or -1. Takes logarithmic time, unless earlier blocks of the stream reach that timestamp too.
     */
    public int firstReaching(Slice slice, long timestamp) {
        if (slice.isEmpty() || !totals.isReachedAt(slice.to() - 1, timestamp)) {
            return -1;
        }
        int low = slice.from();
        int high = slice.to() - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (totals.isReachedAt(middle, timestamp)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        while (low < slice.to() && entries.get(low).maxTimestamp() < timestamp) {
            low++; // a block before the slice reached the timestamp
        }
        return low < slice.to() ? low : -1;
    }

    /** Returns the place of the first entry of the stream that ends after {@code offset}, or the place to insert it. */
    private int firstEndingAfter(long streamId, long offset) {
        int low = 0;
        int high = entries.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            BlockEntry entry = entries.get(middle);
            if (entry.streamId() < streamId || (entry.streamId() == streamId && entry.endOffset() <= offset)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * Returns directory (of a large index), index and footer for an object whose blocks end at {@code blocksEnd}.
     * Refuses entries that {@link #decode} would refuse: a committed object that cannot be read is lost data.
     */
    public static ByteBuffer encodeTail(List<BlockEntry> entries, long blocksEnd) {
        int directoryBytes = IndexDirectory.bytesFor(entries.size());
        int indexBytes = Math.addExact(HEADER_BYTES, Math.multiplyExact(entries.size(), ENTRY_BYTES));
        ByteBuffer tail = ByteBuffer.allocate(Math.addExact(directoryBytes, Math.addExact(indexBytes, FOOTER_BYTES)));
        tail.position(directoryBytes);
        tail.putInt(MAGIC).putInt(VERSION).putInt(entries.size()).putInt(0);
        BlockEntry before = null;
        for (BlockEntry entry : entries) {
            if (!isPossible(entry, before, blocksEnd)) {
                throw new StreamException(Kind.INTERNAL, "index: impossible entry " + entry + " after " + before);
            }
            before = entry;
            tail.putLong(entry.streamId());
            tail.putLong(entry.streamEpoch());
            tail.putLong(entry.baseOffset());
            tail.putLong(entry.endOffset());
            tail.putLong(entry.maxTimestamp());
            tail.putLong(entry.position());
            tail.putInt(entry.size());
            tail.putInt(entry.rewrites());
        }
        if (directoryBytes > 0) {
            IndexDirectory.encode(tail, 0, directoryBytes + HEADER_BYTES, entries.size());
        }
        int indexCrc = Checksums.crc32c(tail, directoryBytes, indexBytes);
        new ObjectFooter(blocksEnd + directoryBytes, indexBytes, indexCrc, directoryBytes).encode(tail);
        return tail.flip();
    }

    /**
     * Returns the number of bytes at the end of the object that hold index and footer.
     *
     * @param tail the last bytes of the object, at least {@link #FOOTER_BYTES}, from position to limit
     */
    public static long tailBytes(ByteBuffer tail, long objectSize) {
        return (long) ObjectFooter.decode(tail, objectSize).indexBytes() + FOOTER_BYTES;
    }

    /** Reads the index. {@code tail} must contain all of it ({@link #tailBytes}). */
    public static ObjectIndex decode(ByteBuffer tail, long objectSize) {
        ObjectFooter footer = ObjectFooter.decode(tail, objectSize);
        int indexBytes = footer.indexBytes();
        if ((long) indexBytes + FOOTER_BYTES > tail.remaining()) {
            throw new CorruptedDataException(
                    "index: needs " + ((long) indexBytes + FOOTER_BYTES) + " bytes, have " + tail.remaining());
        }
        int at = tail.limit() - FOOTER_BYTES - indexBytes;
        if (Checksums.crc32c(tail, at, indexBytes) != footer.indexCrc()) {
            throw new CorruptedDataException("index: checksum mismatch");
        }
        int count = tail.getInt(at + 8);
        if (tail.getInt(at) != MAGIC
                || tail.getInt(at + 4) != VERSION
                || count < 0
                || (long) count * ENTRY_BYTES + HEADER_BYTES != indexBytes) {
            throw new CorruptedDataException("index: bad magic, version or count " + count);
        }
        return new ObjectIndex(readEntries(tail, at + HEADER_BYTES, count, footer.blocksEnd()));
    }

    /** Reads adjacent entries. Checks each against the entry before it and against the end of the blocks. */
    static List<BlockEntry> readEntries(ByteBuffer bytes, int at, int count, long blocksEnd) {
        List<BlockEntry> entries = new ArrayList<>(count);
        BlockEntry before = null;
        for (int i = 0; i < count; i++) {
            BlockEntry entry = readEntry(bytes, at + i * ENTRY_BYTES);
            if (!isPossible(entry, before, blocksEnd)) {
                throw new CorruptedDataException("index: impossible entry " + entry + " after " + before);
            }
            entries.add(entry);
            before = entry;
        }
        return entries;
    }

    private static BlockEntry readEntry(ByteBuffer tail, int at) {
        return new BlockEntry(
                tail.getLong(at),
                tail.getLong(at + 8),
                tail.getLong(at + 16),
                tail.getLong(at + 24),
                tail.getLong(at + 32),
                tail.getLong(at + 40),
                tail.getInt(at + 48),
                tail.getInt(at + 52));
    }

    private static boolean isPossible(BlockEntry entry, @Nullable BlockEntry before, long blocksEnd) {
        // Blocks are in the order of the index. If they could overlap, a small object could cost any number of reads.
        long from = before == null ? 0 : before.position() + before.size();
        boolean placed = entry.position() >= from
                && entry.size() > BlockFormat.HEADER_BYTES
                && entry.position() <= blocksEnd - entry.size();
        boolean ordered = before == null
                || before.streamId() < entry.streamId()
                || (before.streamId() == entry.streamId() && before.endOffset() <= entry.baseOffset());
        return placed
                && ordered
                && entry.baseOffset() >= 0
                && entry.endOffset() > entry.baseOffset()
                && entry.rewrites() >= 0;
    }
}
