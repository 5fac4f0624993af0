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
 * Lays out one object from runs of the write cache: the batches of each block, then index and footer. Reads each record
 * header once and no payload: record headers contain their checksums.
 */
final class ObjectPlan {

    /** Headers that are checksummed by one call. */
    private static final int HEADERS_AT_ONCE = 64;

    private final List<BlockPlan> blocks = new ArrayList<>();
    private final List<UploadedObject.UploadedRange> ranges = new ArrayList<>();
    private final int blockBytes;
    private long position;

    // The block being filled.
    private final CRC32C crc = new CRC32C();
    private final byte[] headers = new byte[HEADERS_AT_ONCE * RecordFormat.HEADER_BYTES];
    private int headerBytes; // in headers, and not yet in crc
    private int from;
    private int bodyBytes;
    private long maxTimestamp;

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
        beginBlock(0);
        for (int i = 0; i < count; i++) {
            ByteBuffer memory = run.slab(i).memory();
            int place = run.place(i);
            int bytes = RecordFormat.encodedBytes(RecordFormat.payloadBytes(memory, place));
            if (i > from && (long) BlockFormat.HEADER_BYTES + bodyBytes + bytes > blockBytes) {
                endBlock(run, i);
                beginBlock(i);
            }
            addHeader(memory, place);
            bodyBytes = Math.addExact(bodyBytes, bytes);
        }
        endBlock(run, count);
        ranges.add(new UploadedObject.UploadedRange(
                run.streamId(),
                run.streamEpoch(),
                run.startOffset(),
                run.endOffset(),
                run.bytes(),
                run.maxTimestamp()));
    }

    private void beginBlock(int first) {
        from = first;
        bodyBytes = 0;
        maxTimestamp = Long.MIN_VALUE;
        crc.reset();
        headerBytes = 0;
    }

    private void addHeader(ByteBuffer memory, int place) {
        if (headerBytes == headers.length) {
            checksumHeaders();
        }
        memory.get(place, headers, headerBytes, RecordFormat.HEADER_BYTES);
        headerBytes += RecordFormat.HEADER_BYTES;
        maxTimestamp = Math.max(maxTimestamp, RecordFormat.maxTimestamp(memory, place));
    }

    private void checksumHeaders() {
        crc.update(headers, 0, headerBytes);
        headerBytes = 0;
    }

    private void endBlock(StreamRun run, int to) {
        checksumHeaders();
        Slab last = run.slab(to - 1);
        long end = RecordFormat.endOffset(last.memory(), run.place(to - 1));
        int size = Math.addExact(BlockFormat.HEADER_BYTES, bodyBytes);
        BlockEntry entry = new BlockEntry(
                run.streamId(), run.streamEpoch(), run.baseOffset(from), end, maxTimestamp, position, size);
        ByteBuffer header = BlockFormat.header(
                run.streamId(), run.baseOffset(from), end, bodyBytes, to - from, (int) crc.getValue());
        blocks.add(new BlockPlan(entry, header, run, from, to));
        position += size;
    }
}
