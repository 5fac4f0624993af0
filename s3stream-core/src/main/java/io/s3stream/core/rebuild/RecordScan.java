package io.s3stream.core.rebuild;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.verify.BlockCheck;
import io.s3stream.core.verify.BlockReads;
import io.s3stream.core.verify.ObjectIndexes;
import io.s3stream.layout.BlockEntry;
import io.s3stream.layout.BlockFormat;
import io.s3stream.layout.ObjectIndex;
import io.s3stream.layout.RecordFormat;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;

/**
 * Reads the records of a stream in {@code [from, to)} of one object. Record headers contain the checksums of the
 * payloads, so a checksum over headers tells whether two objects have the same records. Used by one thread at a time,
 * once.
 */
final class RecordScan implements BlockReads.Receiver {

    private final long from;
    private final long to;
    private final CRC32C headers = new CRC32C();
    private long bytes;
    private long maxTimestamp = Long.MIN_VALUE;
    private boolean cut;

    private RecordScan(long from, long to) {
        this.from = from;
        this.to = to;
    }

    /**
     * The totals of the records.
     *
     * @param headersCrc equal for the same records
     * @param isCut whether a record begins before {@code from} or ends behind {@code to}; it is not counted
     */
    record Sum(long bytes, long maxTimestamp, long headersCrc, boolean isCut) {

        boolean isSame(Sum other) {
            return bytes == other.bytes && headersCrc == other.headersCrc && isCut == other.isCut;
        }
    }

    /** @return fails with {@link CorruptedDataException} if a block is damaged or the object is missing */
    static CompletableFuture<Sum> run(
            String key, long streamId, long from, long to, ObjectIndexes indexes, BlockReads blocks) {
        RecordScan scan = new RecordScan(from, to);
        return indexes.read(key)
                .thenCompose(found -> {
                    ObjectIndex index = found.orElseThrow(() -> gone(key)).index();
                    ObjectIndex.Slice slice = index.slice(streamId, from, to);
                    List<BlockEntry> entries = index.entries().subList(slice.from(), slice.to());
                    return blocks.read(key, entries, scan);
                })
                .thenApply(there -> {
                    if (!there) {
                        throw gone(key);
                    }
                    return new Sum(scan.bytes, scan.maxTimestamp, scan.headers.getValue(), scan.cut);
                });
    }

    @Override
    public void block(BlockEntry entry, ByteBuffer block) {
        BlockCheck.check(block, entry);
        for (int at = BlockFormat.HEADER_BYTES; at < block.limit(); ) {
            int next = at + RecordFormat.encodedBytes(RecordFormat.payloadBytes(block, at));
            long base = RecordFormat.baseOffset(block, at);
            long end = RecordFormat.endOffset(block, at);
            if (base >= from && end <= to) {
                headers.update(block.slice(at, RecordFormat.HEADER_BYTES));
                bytes += next - at;
                maxTimestamp = Math.max(maxTimestamp, RecordFormat.maxTimestamp(block, at));
            } else if (base < to && end > from) {
                cut = true;
            }
            at = next;
        }
    }

    private static CorruptedDataException gone(String key) {
        return new CorruptedDataException(
                "object=" + key + ": it disappeared; does another process write to the store?");
    }
}
