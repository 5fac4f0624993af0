package io.s3stream.core.read.ahead;

import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.RangeList;
import io.s3stream.layout.BlockEntry;
import io.s3stream.layout.ObjectIndex;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Adjacent blocks of one stream in one object, fetched with one read. The boundaries of chunks do not depend on the
 * reader, so readers of a stream share chunks.
 *
 * @param end the first offset after the chunk that the stream's range in this object has
 */
public record Chunk(ObjectMetadata object, List<BlockEntry> blocks, long end) {

    /** The last chunk of a range may exceed the others by this fraction. */
    private static final int REST = 4;

    /**
     * Returns the next chunk of a reader, starting at the block with its planned offset. Its number of blocks is a
     * power of two, and at most the number that the reader wants. So the chunks of readers with different sizes nest.
     *
     * @param range the range that contains the planned offset
     * @param mostBytes the maximum size; one block may exceed it
     * @return null if the index does not have the offset
     */
    static @Nullable Chunk at(
            ObjectMetadata object, ObjectIndex index, RangeList.Range range, Cursor cursor, long mostBytes) {
        long streamId = cursor.streamId;
        int first = index.find(streamId, range.start());
        int last = index.find(streamId, range.end() - 1);
        int from = index.find(streamId, cursor.planned);
        if (first < 0 || last < 0 || from < 0) {
            return null;
        }
        BlockEntry begin = index.entries().get(first);
        BlockEntry end = index.entries().get(last);
        long average = (end.position() + end.size() - begin.position()) / (last - first + 1);
        int blocks = Math.min(cursor.chunkBlocks, (int) Long.highestOneBit(Math.max(1, mostBytes / average)));
        int until = first + ((from - first) / blocks + 1) * blocks;
        if (last + 1 - until <= blocks / REST) {
            until = last + 1; // the rest is too small for a read of its own
        }
        List<BlockEntry> entries = index.entries().subList(from, until);
        return new Chunk(
                object,
                entries,
                Math.min(range.end(), entries.get(entries.size() - 1).endOffset()));
    }

    /** Returns the position of the first byte in the object. */
    long position() {
        return blocks.get(0).position();
    }

    /** Returns the position after the last byte in the object. */
    long endPosition() {
        BlockEntry last = blocks.get(blocks.size() - 1);
        return last.position() + last.size();
    }

    long bytes() {
        return endPosition() - position();
    }
}
