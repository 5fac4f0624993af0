package io.s3stream.core.compact;

import io.s3stream.core.compact.rewrite.RewrittenBlock;
import io.s3stream.layout.BlockEntry;
import io.s3stream.layout.BlockFormat;
import io.s3stream.layout.RecordFormat;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Copies the records of one run into blocks of an output, unchanged or as a filter has rewritten them. Counts input and output independently, for
 * {@link CoverageProof} to compare. Owns the block being built.
 */
final class RunCopy {

    private final RunPlan plan;
    private final CompactionOutput output;
    private final TrimRule trims;
    private final int blockBytes;
    private final CRC32C crc = new CRC32C();
    private ByteBuffer body;
    private long epoch;
    private int rewrites;
    private long base;
    private long end;
    private int batches;
    private long maxTimestamp = Long.MIN_VALUE;

    private final Copied copied = new Copied();

    /** The counts of records read and written of a run so far. */
    static final class Copied {
        long batchesRead;
        long batchesLeftOut;
        long batchesWritten;
        long bytesKept; // of records before they were rewritten
        long bytesWritten;
        long start = -1;
        long end = -1;
        boolean isContiguous = true;
        long maxTimestamp = Long.MIN_VALUE;
        RewrittenBlock.Tally tally = RewrittenBlock.Tally.NONE;

        /** Returns the counts of blocks that the object storage copied. Their batches are not counted. */
        static Copied of(PartCopy copy) {
            Copied copied = new Copied();
            copy.stretches().forEach(stretch -> stretch.blocks().forEach(entry -> copied.block(entry, 0)));
            return copied;
        }

        private void block(BlockEntry entry, int batches) {
            isContiguous &= start < 0 || entry.baseOffset() == end;
            start = start < 0 ? entry.baseOffset() : start;
            end = entry.endOffset();
            batchesWritten += batches;
            bytesWritten += entry.size() - BlockFormat.HEADER_BYTES;
            maxTimestamp = Math.max(maxTimestamp, entry.maxTimestamp());
        }
    }

    /** @param blockBytes maximum size of a block, unless it is a single batch */
    RunCopy(RunPlan plan, CompactionOutput output, TrimRule trims, int blockBytes) {
        this.trims = trims;
        this.plan = plan;
        this.output = output;
        this.blockBytes = blockBytes;
        this.body = ByteBuffer.allocate((int) Math.min(blockBytes, Math.max(plan.bytes(), RecordFormat.HEADER_BYTES)));
    }

    RunPlan plan() {
        return plan;
    }

    CompactionOutput output() {
        return output;
    }

    /**
     * Verifies every checksum of a block and copies its records.
     *
     * @throws io.s3stream.api.errors.CorruptedDataException if it is not the block that {@code entry} names
     */
    void add(ByteBuffer bytes, int at, BlockEntry entry) {
        copied.batchesRead += BlockFormat.verify(bytes, at, entry.size(), entry).length;
        int record = at + BlockFormat.HEADER_BYTES;
        while (record < at + entry.size()) {
            int length = RecordFormat.encodedBytes(RecordFormat.payloadBytes(bytes, record));
            if (trims.isTrimmed(RecordFormat.endOffset(bytes, record), plan.keepFrom())) {
                copied.batchesLeftOut++;
            } else {
                copied.bytesKept += length;
                add(bytes, record, length, entry.rewrites());
            }
            record += length;
        }
    }

    /** Copies the records that a filter has made of a verified block. */
    void add(RewrittenBlock block) {
        copied.batchesRead += block.batchesRead();
        copied.batchesLeftOut += block.batchesLeftOut();
        copied.bytesKept += block.bytesKept();
        copied.tally = copied.tally.plus(block.tally());
        ByteBuffer bytes = block.records();
        for (int record = 0; record < bytes.limit(); ) {
            int length = RecordFormat.encodedBytes(RecordFormat.payloadBytes(bytes, record));
            add(bytes, record, length, block.rewrites());
            record += length;
        }
    }

    /** Hands the last block to the output. */
    Copied finish() {
        endBlock();
        return copied;
    }

    private void add(ByteBuffer bytes, int record, int length, int rewritten) {
        boolean full = (long) BlockFormat.HEADER_BYTES + body.position() + length > blockBytes;
        if (batches > 0 && (full || RecordFormat.streamEpoch(bytes, record) != epoch || rewritten != rewrites)) {
            endBlock();
        }
        if (batches == 0) {
            epoch = RecordFormat.streamEpoch(bytes, record);
            rewrites = rewritten;
            base = RecordFormat.baseOffset(bytes, record);
            maxTimestamp = Long.MIN_VALUE;
            crc.reset();
        }
        if (body.remaining() < length) {
            body = ByteBuffer.allocate(Math.addExact(body.position(), length)).put(body.flip());
        }
        crc.update(bytes.slice(record, RecordFormat.HEADER_BYTES));
        body.put(bytes.slice(record, length));
        end = RecordFormat.endOffset(bytes, record);
        maxTimestamp = Math.max(maxTimestamp, RecordFormat.maxTimestamp(bytes, record));
        batches++;
    }

    private void endBlock() {
        if (batches == 0) {
            return;
        }
        ByteBuffer header =
                BlockFormat.header(plan.streamId(), base, end, body.position(), batches, (int) crc.getValue());
        BlockEntry entry = new BlockEntry(
                plan.streamId(),
                epoch,
                base,
                end,
                maxTimestamp,
                output.position(),
                Math.addExact(BlockFormat.HEADER_BYTES, body.position()),
                rewrites);
        output.add(entry, header, body.flip());
        copied.block(entry, batches);
        body.clear();
        batches = 0;
    }
}
