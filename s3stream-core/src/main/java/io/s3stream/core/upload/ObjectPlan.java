package io.s3stream.core.upload;

import io.s3stream.core.cache.StreamRun;
import io.s3stream.core.memory.Slab;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.layout.BlockEntry;
import io.s3stream.layout.BlockFormat;
import io.s3stream.layout.ObjectIndex;
import io.s3stream.layout.RecordFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Lays out one object from runs of the write cache: the batches of each block, then index and footer. Does not read
 * payloads: record headers contain their checksums.
 */
final class ObjectPlan {

    private final List<BlockPlan> blocks = new ArrayList<>();
    private final List<UploadedObject.UploadedRange> ranges = new ArrayList<>();
    private final int blockBytes;
    private final CRC32C crc = new CRC32C();
    private long position;

    private ObjectPlan(int blockBytes) {
        this.blockBytes = blockBytes;
    }

    /**
     * @param runs sorted by stream id, then epoch and offset; each becomes one range
     * @param blockBytes the maximum size of a block, unless it is a single batch; a round number of blocks then fits a
     *     read
     */
    static ObjectPlan of(List<StreamRun> runs, int blockBytes) {
        ObjectPlan plan = new ObjectPlan(blockBytes);
        runs.forEach(plan::addRun);
        return plan;
    }

    List<BlockPlan> blocks() {
        return blocks;
    }

    List<UploadedObject.UploadedRange> ranges() {
        return ranges;
    }

    /** Returns index and footer. */
    ByteBuffer tail() {
        return ObjectIndex.encodeTail(blocks.stream().map(BlockPlan::entry).toList(), position);
    }

    private void addRun(StreamRun run) {
        int count = run.count();
        int from = 0;
        int bytes = 0;
        for (int i = 0; i < count; i++) {
            int next = recordBytes(run, i);
            if (i > from && (long) BlockFormat.HEADER_BYTES + bytes + next > blockBytes) {
                addBlock(run, from, i, bytes);
                from = i;
                bytes = 0;
            }
            bytes += next;
        }
        addBlock(run, from, count, bytes);
        ranges.add(new UploadedObject.UploadedRange(
                run.streamId(),
                run.streamEpoch(),
                run.startOffset(),
                run.endOffset(),
                run.bytes(),
                run.maxTimestamp()));
    }

    private void addBlock(StreamRun run, int from, int to, int bodyBytes) {
        crc.reset();
        long maxTimestamp = Long.MIN_VALUE;
        for (int i = from; i < to; i++) {
            Slab slab = run.slab(i);
            int place = run.place(i);
            crc.update(slab.memory().slice(place, RecordFormat.HEADER_BYTES));
            maxTimestamp = Math.max(maxTimestamp, RecordFormat.maxTimestamp(slab.memory(), place));
        }
        long end = RecordFormat.endOffset(run.slab(to - 1).memory(), run.place(to - 1));
        int size = Math.addExact(BlockFormat.HEADER_BYTES, bodyBytes);
        BlockEntry entry = new BlockEntry(
                run.streamId(), run.streamEpoch(), run.baseOffset(from), end, maxTimestamp, position, size);
        ByteBuffer header = BlockFormat.header(
                run.streamId(), run.baseOffset(from), end, bodyBytes, to - from, (int) crc.getValue());
        blocks.add(new BlockPlan(entry, header, run, from, to));
        position += size;
    }

    private static int recordBytes(StreamRun run, int index) {
        return RecordFormat.encodedBytes(
                RecordFormat.payloadBytes(run.slab(index).memory(), run.place(index)));
    }
}
