package io.s3stream.core.read.blocks;

/**
 * Where a read stops. An immutable value.
 *
 * @param end the first offset that the read does not need; its batch may be in the result
 * @param maxBytes of payload in the result
 * @param excess the batch that may exceed {@code maxBytes}
 */
public record ReadLimit(long end, int maxBytes, Excess excess) {

    /** The batch that may exceed the maximum of bytes. */
    public enum Excess {
        /** The last one: the result has at least the maximum if there is enough data. */
        LAST_BATCH,
        /** Only the first one, so that the read always returns data. */
        FIRST_BATCH,
        /** None: the result is empty if the first batch is too large. */
        NONE;

        /** Returns whether a result of {@code bytes} takes another batch of {@code more} bytes. */
        public boolean admits(int maxBytes, boolean isFirst, long bytes, long more) {
            if (isFirst && this != NONE) {
                return true;
            }
            return this == LAST_BATCH ? bytes < maxBytes : bytes + more <= maxBytes;
        }
    }

    /** Returns this limit, with an earlier end if {@code stop} is earlier. */
    public ReadLimit until(long stop) {
        return stop >= end ? this : new ReadLimit(stop, maxBytes, excess);
    }

    /** Returns the limit of a read that continues a result of {@code bytes}, which are less than the maximum. */
    public ReadLimit after(long bytes) {
        return new ReadLimit(end, (int) Math.max(1, maxBytes - bytes), isHard() ? Excess.NONE : excess);
    }

    /** Returns whether only a single batch alone may exceed the maximum. */
    public boolean isHard() {
        return excess != Excess.LAST_BATCH;
    }

    /** Returns whether a result of {@code bytes} is full, for batches of any size. */
    public boolean isReachedBy(long bytes) {
        return bytes >= maxBytes;
    }

    /** Returns whether a result of {@code bytes} takes another batch of {@code more} bytes. */
    public boolean admits(boolean isFirst, long bytes, long more) {
        return excess.admits(maxBytes, isFirst, bytes, more);
    }
}
