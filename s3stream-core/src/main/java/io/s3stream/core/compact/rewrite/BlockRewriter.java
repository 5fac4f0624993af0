package io.s3stream.core.compact.rewrite;

import io.s3stream.api.BatchFilter;
import io.s3stream.api.FetchedBatch;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.core.compact.rewrite.RewrittenBlock.Tally;
import io.s3stream.layout.BlockFormat;
import io.s3stream.layout.RecordEncoder;
import io.s3stream.layout.RecordFormat;
import java.nio.ByteBuffer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Passes the batches of one block through the filter of the host, and writes the records of the result. The filter may
 * throw anything, so the block is memory of its own, and nothing else changes. Used once, on the thread of filters.
 */
public final class BlockRewriter {

    private static final ByteBuffer NO_PAYLOAD = ByteBuffer.allocate(0);

    private final long streamId;
    private final BatchFilter filter;
    private final long from;
    private final long to;
    private final ByteBuffer block;
    private final ByteBuffer records;
    private final RecordEncoder encoder;
    private int batchesRead;
    private int batchesLeftOut;
    private long bytesKept;
    private long seen;
    private long changed;
    private long dropped;
    private int end;

    /**
     * @param from the filter sees the batches that lie within {@code [from, to)}
     * @param block verified, from index 0 to its limit
     */
    public BlockRewriter(long streamId, BatchFilter filter, long from, long to, ByteBuffer block) {
        this.streamId = streamId;
        this.filter = filter;
        this.from = from;
        this.to = to;
        this.block = block;
        this.records = ByteBuffer.allocate(block.limit() - BlockFormat.HEADER_BYTES);
        this.encoder = new RecordEncoder(records);
    }

    /**
     * Rewrites the block.
     *
     * @param rewrites how many times it was rewritten before
     * @param isTrimmed accepts the end offsets of records to leave out
     */
    public RewrittenBlock run(int rewrites, LongPredicate isTrimmed) {
        for (int at = BlockFormat.HEADER_BYTES; at < block.limit(); ) {
            int length = RecordFormat.encodedBytes(RecordFormat.payloadBytes(block, at));
            batchesRead++;
            if (isTrimmed.test(RecordFormat.endOffset(block, at))) {
                batchesLeftOut++;
            } else {
                bytesKept += length;
                pass(at, length);
            }
            at += length;
        }
        Tally tally = new Tally(seen, changed, dropped);
        int number = tally.hasChanges() && rewrites < Integer.MAX_VALUE ? rewrites + 1 : rewrites;
        return new RewrittenBlock(records.limit(end), number, batchesRead, batchesLeftOut, bytesKept, tally);
    }

    private void pass(int at, int length) {
        BatchFilter.Verdict verdict = isAsked(at) ? ask(at) : BatchFilter.Verdict.keep();
        if (verdict instanceof BatchFilter.Replace replace) {
            changed++;
            write(at, checked(at, replace.payload()));
        } else if (verdict instanceof BatchFilter.Drop) {
            dropped++;
            write(at, NO_PAYLOAD);
        } else if (verdict instanceof BatchFilter.Keep) {
            records.put(end, block, at, length);
            end += length;
        } else {
            throw new InvalidRequestException(place(at) + ": the filter returned null; return Verdict.keep() instead");
        }
    }

    /** A dropped batch has no payload to decide about. */
    private boolean isAsked(int at) {
        return RecordFormat.baseOffset(block, at) >= from
                && RecordFormat.endOffset(block, at) <= to
                && RecordFormat.payloadBytes(block, at) > 0;
    }

    private BatchFilter.@Nullable Verdict ask(int at) {
        seen++;
        FetchedBatch batch = new FetchedBatch(
                RecordFormat.baseOffset(block, at),
                RecordFormat.recordCount(block, at),
                RecordFormat.maxTimestamp(block, at),
                RecordFormat.streamEpoch(block, at),
                block.slice(at + RecordFormat.HEADER_BYTES, RecordFormat.payloadBytes(block, at))
                        .asReadOnlyBuffer());
        try {
            return filter.apply(batch);
        } catch (RuntimeException | Error e) {
            throw new InvalidRequestException(place(at) + ": the filter failed: " + e, e);
        }
    }

    private ByteBuffer checked(int at, ByteBuffer payload) {
        int before = RecordFormat.payloadBytes(block, at);
        if (!payload.hasRemaining() || payload.remaining() > before) {
            throw new InvalidRequestException(place(at) + ": the filter returned a payload of " + payload.remaining()
                    + " bytes for a batch of " + before + "; return 1 to " + before + " bytes");
        }
        return payload;
    }

    private void write(int at, ByteBuffer payload) {
        encoder.encode(
                end,
                RecordFormat.streamId(block, at),
                RecordFormat.streamEpoch(block, at),
                RecordFormat.baseOffset(block, at),
                RecordFormat.recordCount(block, at),
                RecordFormat.maxTimestamp(block, at),
                payload,
                payload.position(),
                payload.remaining());
        end += RecordFormat.encodedBytes(payload.remaining());
    }

    private String place(int at) {
        return "stream=" + streamId + " offset=" + RecordFormat.baseOffset(block, at);
    }
}
