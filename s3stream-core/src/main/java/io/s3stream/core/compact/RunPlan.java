package io.s3stream.core.compact;

import io.s3stream.layout.BlockEntry;
import java.util.List;

/**
 * Adjacent ranges of one stream that are merged into one range.
 *
 * @param start start of the first range
 * @param keepFrom the start offset of the stream: records that end here or earlier are left out
 * @param bytes of all records of the ranges, left-out records included
 * @param maxTimestamp the greatest of the ranges
 * @param replaced the objects of the ranges, in their order
 * @param blocks that contain a record to keep, in the order of their offsets
 */
record RunPlan(
        long streamId,
        long start,
        long keepFrom,
        long end,
        long bytes,
        long maxTimestamp,
        List<Long> replaced,
        List<Block> blocks) {

    /** A block of an input. */
    record Block(CompactionInput input, BlockEntry entry) {}

    RunPlan {
        replaced = List.copyOf(replaced);
        blocks = List.copyOf(blocks);
    }

    /** Returns whether every record of the ranges is kept. */
    boolean isWhole() {
        return keepFrom <= start;
    }
}
