package io.s3stream.api;

import io.s3stream.api.errors.InvalidRequestException;
import java.nio.ByteBuffer;

/**
 * Decides about each committed batch while a stream is {@linkplain StreamStore#rewrite rewritten}: it stays, its payload
 * becomes smaller, or it is dropped. The offsets, the record count, the timestamp and the epoch of a batch never change.
 *
 * <p>The filter runs on a thread of the store that serves only filters, one batch at a time, in the order of offsets. It
 * may compute and block: that delays rewriting and compaction, and nothing else.
 *
 * <p>The filter must decide by durable records only. A batch may be dropped because a later one replaces it only if the
 * later one is before the confirm offset. Otherwise a crash could lose both. The filter may be called again for a batch
 * that it has decided before, so it must not count on the number of calls.
 */
@FunctionalInterface
public interface BatchFilter {

    /**
     * Decides about one batch.
     *
     * @param batch never a dropped one. Its payload is read-only and must not be used after the call
     * @return the decision; an exception or an Error fails the rewrite
     */
    Verdict apply(FetchedBatch batch);

    /** The decision about a batch. */
    sealed interface Verdict {

        /** The batch stays as it is. */
        static Verdict keep() {
            return Keep.INSTANCE;
        }

        /**
         * The payload is dropped. The batch remains, without payload: readers get an empty one for its offsets.
         */
        static Verdict drop() {
            return Drop.INSTANCE;
        }

        /**
         * The batch gets another payload, which stands for the same offsets.
         *
         * @param payload the bytes from position to limit: at least 1, and at most as many as before. Copied before the
         *     next call of the filter
         */
        static Verdict replace(ByteBuffer payload) {
            if (!payload.hasRemaining()) {
                throw new InvalidRequestException("payload is empty: drop the batch instead");
            }
            return new Replace(payload);
        }
    }

    /** See {@link Verdict#keep}. */
    enum Keep implements Verdict {
        INSTANCE
    }

    /** See {@link Verdict#drop}. */
    enum Drop implements Verdict {
        INSTANCE
    }

    /** See {@link Verdict#replace}. */
    record Replace(ByteBuffer payload) implements Verdict {}
}
