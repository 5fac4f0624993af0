package io.s3stream.core.verify;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.layout.BlockEntry;
import io.s3stream.layout.BlockFormat;
import io.s3stream.layout.RecordFormat;
import java.nio.ByteBuffer;

/**
 * Checks a block against its entry in the index: the checks of a reader, and the facts that only the index has. Pure.
 */
public final class BlockCheck {

    private BlockCheck() {}

    /**
     * @param block exactly its bytes
     * @return the number of its batches
     * @throws CorruptedDataException naming the first error; bytes count from the beginning of the block
     */
    public static int check(ByteBuffer block, BlockEntry entry) {
        int batches = BlockFormat.verify(block, 0, block.limit(), entry).length;
        long reached = Long.MIN_VALUE;
        for (int at = BlockFormat.HEADER_BYTES; at < block.limit(); ) {
            if (RecordFormat.streamEpoch(block, at) != entry.streamEpoch()) {
                throw new CorruptedDataException("record at byte " + at + " of the block is of stream epoch "
                        + RecordFormat.streamEpoch(block, at) + ", the index says " + entry.streamEpoch());
            }
            reached = Math.max(reached, RecordFormat.maxTimestamp(block, at));
            at += RecordFormat.encodedBytes(RecordFormat.payloadBytes(block, at));
        }
        if (reached != entry.maxTimestamp()) {
            throw new CorruptedDataException(
                    "records reach timestamp " + reached + ", the index says " + entry.maxTimestamp());
        }
        return batches;
    }
}
