package io.s3stream.api;

import java.nio.ByteBuffer;

/**
 * A batch as it was appended, or as it was {@linkplain StreamStore#rewrite rewritten} since. The payload is a read-only
 * view that is valid until the close of its {@link FetchResult}.
 *
 * @param baseOffset the first offset of the batch
 * @param recordCount the number of its offsets
 * @param maxTimestamp as given by the appender
 * @param streamEpoch the {@linkplain Stream#epoch epoch} of the ownership under which it was appended
 * @param payload read-only, position 0; empty if a rewrite has dropped the batch
 */
public record FetchedBatch(long baseOffset, int recordCount, long maxTimestamp, long streamEpoch, ByteBuffer payload) {

    /** Whether a rewrite has dropped the payload. */
    public boolean isDropped() {
        return payload.limit() == 0;
    }

    /** The first offset after this batch. */
    public long endOffset() {
        return baseOffset + recordCount;
    }
}
