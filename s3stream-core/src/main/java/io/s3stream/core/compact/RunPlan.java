package io.s3stream.core.compact;

import io.s3stream.layout.BlockEntry;
import java.util.List;

/**
 * Ranges of one stream that follow each other and are all to become one.
 *
 * @param start where the first range begins
 * @param keepFrom the start offset of the stream: records that end there or before are left out
 * @param bytes of all records of the ranges, also of those that are left out
 * @param maxTimestamp the greatest of the ranges
 * @param replaced the objects of the ranges, in their order
 * @param blocks that hold a record to be kept, in the order of their offsets
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

    /** Whether every record of the ranges is kept. */
    boolean isWhole() {
        return keepFrom <= start;
    }
}
