package io.s3stream.api;

import java.nio.ByteBuffer;

/**
 * Writes the assigned offset into the payload of a batch, for a protocol whose batches contain their own offset. The
 * append calls it once for each batch that it accepts: after the offset is assigned, and before any other thread sees
 * the batch. Checksum, WAL, caches and object storage hold the stamped bytes.
 *
 * <p>A stamp runs on the thread that calls the append, and the append context of the store never runs it. It runs under
 * the lock of the stream; a group append keeps all its streams claimed. Until the stamp returns, other appends to these
 * streams wait, and so may acknowledgements. So a stamp must not block. It must not call the store or its handles, and
 * must not wait for another thread. Writing a few bytes is its whole work.
 *
 * <p>If a stamp throws, the append throws the same exception or Error. The stream is then unchanged: the batch has no
 * offset, and its memory is free again. A group is refused as a whole. The payload may have been stamped in part, and a
 * later append stamps it again. The same holds if an Error, such as exhausted memory, ends the append after the stamp.
 * A batch that is refused for any other reason is not stamped.
 */
@FunctionalInterface
public interface OffsetStamp {

    /** Leaves the payload as it is. */
    OffsetStamp NONE = (offset, payload) -> {};

    /**
     * Stamps a batch.
     *
     * @param offset the base offset of the batch
     * @param payload exactly the payload of the batch, big-endian, from index 0 to its limit. A view of the caller's
     *     buffer, whose position and limit do not change. It must not be used after the stamp returns
     */
    void stamp(long offset, ByteBuffer payload);
}
