package io.s3stream.layout;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.errors.StreamException.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The index block and the footer: the tail of every object.
 *
 * <p>Index, by offset: 0 magic "S3IX", 4 version, 8 entries (int), 12 reserved, 16 entries of 56 bytes, sorted by
 * (stream id, base offset): stream id, stream epoch, base offset, end offset, max timestamp, position (longs), size,
 * reserved (ints).
 *
 * <p>Footer, the last 40 bytes of the object: 0 index position, 8 index size (int), 12 CRC32C of the index (int), 16
 * object size, 24 reserved, 28 version, 32 CRC32C of footer bytes 0–31 (int), 36 magic "S3OB".
 */
public final class ObjectIndex {

    public static final int FOOTER_BYTES = 40;

    private static final int INDEX_MAGIC = 0x5333_4958;
    private static final int FOOTER_MAGIC = 0x5333_4f42;
    private static final int VERSION = 1;
    private static final int INDEX_HEADER_BYTES = 16;
    private static final int ENTRY_BYTES = 56;

    private final List<BlockEntry> entries;
    private final BlockTotals totals;

    /** Neighbouring entries {@code [from, to)} of the index, all of one stream. */
    public record Slice(int from, int to) {

        public boolean isEmpty() {
            return from >= to;
        }
    }

    private ObjectIndex(List<BlockEntry> entries) {
        this.entries = List.copyOf(entries);
        this.totals = new BlockTotals(this.entries);
    }

    /** All blocks, sorted by (stream id, base offset). */
    public List<BlockEntry> entries() {
        return entries;
    }

    /** The position in {@link #entries()} of the block with {@code offset} of the stream, or -1. */
    public int find(long streamId, long offset) {
        int at = firstEndingAfter(streamId, offset);
        boolean found = at < entries.size()
                && entries.get(at).streamId() == streamId
                && entries.get(at).baseOffset() <= offset;
        return found ? at : -1;
    }

    /** The blocks of a stream that have one of the offsets {@code [start, end)}; {@code start < end}. */
    public Slice slice(long streamId, long start, long end) {
        int from = firstEndingAfter(streamId, start);
        int last = firstEndingAfter(streamId, end - 1);
        boolean reaches = last < entries.size()
                && entries.get(last).streamId() == streamId
                && entries.get(last).baseOffset() < end;
        return new Slice(from, reaches ? last + 1 : last);
    }

    /** Bytes of the records in the blocks of a slice, headers of records included, those of blocks not. */
    public long recordBytes(Slice slice) {
        return slice.isEmpty() ? 0 : totals.recordBytes(slice.from(), slice.to());
    }

    /**
     * The position in {@link #entries()} of the first block of a slice with a timestamp of at least {@code timestamp}, or
     * -1. Logarithmic, unless the stream's blocks before the slice reach it too.
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
            low++; // what was reached was reached before the slice
        }
        return low < slice.to() ? low : -1;
    }

    /** The first entry of the stream that ends after {@code offset}, or where one would be. */
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
     * Index and footer for an object whose blocks end at {@code indexPosition}. Refuses what {@link #decode} would refuse:
     * an object that is committed and cannot be read is lost data.
     */
    public static ByteBuffer encodeTail(List<BlockEntry> entries, long indexPosition) {
        int indexBytes = Math.addExact(INDEX_HEADER_BYTES, Math.multiplyExact(entries.size(), ENTRY_BYTES));
        ByteBuffer tail = ByteBuffer.allocate(Math.addExact(indexBytes, FOOTER_BYTES));
        tail.putInt(INDEX_MAGIC).putInt(VERSION).putInt(entries.size()).putInt(0);
        BlockEntry before = null;
        for (BlockEntry entry : entries) {
            if (!isPossible(entry, before, indexPosition)) {
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
            tail.putInt(0);
        }
        int indexCrc = Checksums.crc32c(tail, 0, indexBytes);
        tail.putLong(indexPosition).putInt(indexBytes).putInt(indexCrc);
        tail.putLong(indexPosition + indexBytes + FOOTER_BYTES).putInt(0).putInt(VERSION);
        tail.putInt(Checksums.crc32c(tail, indexBytes, 32)).putInt(FOOTER_MAGIC);
        return tail.flip();
    }

    /**
     * How many bytes at the end of the object hold index and footer.
     *
     * @param tail the last bytes of the object, at least {@link #FOOTER_BYTES}, from position to limit
     */
    public static long tailBytes(ByteBuffer tail, long objectSize) {
        int footer = tail.limit() - FOOTER_BYTES;
        if (footer < tail.position()) {
            throw new CorruptedDataException("object of " + objectSize + " bytes: too short for a footer");
        }
        if (tail.getInt(footer + 36) != FOOTER_MAGIC || tail.getInt(footer + 28) != VERSION) {
            throw new CorruptedDataException("footer: bad magic or version");
        }
        if (Checksums.crc32c(tail, footer, 32) != tail.getInt(footer + 32)) {
            throw new CorruptedDataException("footer: checksum mismatch");
        }
        long position = tail.getLong(footer);
        int indexBytes = tail.getInt(footer + 8);
        if (tail.getLong(footer + 16) != objectSize
                || position < 0
                || indexBytes < INDEX_HEADER_BYTES
                || position != objectSize - FOOTER_BYTES - indexBytes) {
            throw new CorruptedDataException("footer: index at " + position + " of " + indexBytes
                    + " bytes does not fit the object of " + objectSize + " bytes");
        }
        return (long) indexBytes + FOOTER_BYTES;
    }

    /** Reads the index; {@code tail} must reach back to its beginning ({@link #tailBytes}). */
    public static ObjectIndex decode(ByteBuffer tail, long objectSize) {
        long tailBytes = tailBytes(tail, objectSize);
        if (tailBytes > tail.remaining()) {
            throw new CorruptedDataException("index: needs " + tailBytes + " bytes, have " + tail.remaining());
        }
        int at = tail.limit() - (int) tailBytes;
        int indexBytes = (int) tailBytes - FOOTER_BYTES;
        if (Checksums.crc32c(tail, at, indexBytes) != tail.getInt(tail.limit() - FOOTER_BYTES + 12)) {
            throw new CorruptedDataException("index: checksum mismatch");
        }
        int count = tail.getInt(at + 8);
        if (tail.getInt(at) != INDEX_MAGIC
                || tail.getInt(at + 4) != VERSION
                || count < 0
                || (long) count * ENTRY_BYTES + INDEX_HEADER_BYTES != indexBytes) {
            throw new CorruptedDataException("index: bad magic, version or count " + count);
        }
        List<BlockEntry> entries = new ArrayList<>(count);
        long blocksEnd = objectSize - tailBytes;
        BlockEntry before = null;
        for (int i = 0; i < count; i++) {
            BlockEntry entry = readEntry(tail, at + INDEX_HEADER_BYTES + i * ENTRY_BYTES);
            if (!isPossible(entry, before, blocksEnd)) {
                throw new CorruptedDataException("index: impossible entry " + entry);
            }
            entries.add(entry);
            before = entry;
        }
        return new ObjectIndex(entries);
    }

    private static BlockEntry readEntry(ByteBuffer tail, int at) {
        return new BlockEntry(
                tail.getLong(at),
                tail.getLong(at + 8),
                tail.getLong(at + 16),
                tail.getLong(at + 24),
                tail.getLong(at + 32),
                tail.getLong(at + 40),
                tail.getInt(at + 48));
    }

    private static boolean isPossible(BlockEntry entry, @Nullable BlockEntry before, long blocksEnd) {
        boolean placed = entry.position() >= 0
                && entry.size() > BlockFormat.HEADER_BYTES
                && entry.position() <= blocksEnd - entry.size();
        boolean ordered = before == null
                || before.streamId() < entry.streamId()
                || (before.streamId() == entry.streamId() && before.endOffset() <= entry.baseOffset());
        return placed && ordered && entry.baseOffset() >= 0 && entry.endOffset() > entry.baseOffset();
    }
}
