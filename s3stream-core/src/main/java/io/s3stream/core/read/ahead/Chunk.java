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
     * Returns the chunk of a range that contains {@code offset}, starting at the block with {@code offset}.
     *
     * @param wantedBlocks a power of two, as is the resulting number: so the chunks of readers with different sizes
     *     nest
     * @param mostBytes the maximum size; one block may exceed it
     * @return null if the index does not have the offset
     */
    static @Nullable Chunk at(
            ObjectMetadata object,
            ObjectIndex index,
            long streamId,
            RangeList.Range range,
            long offset,
            int wantedBlocks,
            long mostBytes) {
        int first = index.find(streamId, range.start());
        int last = index.find(streamId, range.end() - 1);
        int from = index.find(streamId, offset);
        if (first < 0 || last < 0 || from < 0) {
            return null;
        }
        BlockEntry begin = index.entries().get(first);
        BlockEntry end = index.entries().get(last);
        long average = (end.position() + end.size() - begin.position()) / (last - first + 1);
        int blocks = Math.min(wantedBlocks, (int) Long.highestOneBit(Math.max(1, mostBytes / average)));
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

    long bytes() {
        BlockEntry last = blocks.get(blocks.size() - 1);
        return last.position() + last.size() - blocks.get(0).position();
    }
}
