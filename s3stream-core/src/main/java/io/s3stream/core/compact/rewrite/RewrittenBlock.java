package io.s3stream.core.compact.rewrite;

import java.nio.ByteBuffer;

/**
 * The records that a filter has made of one block.
 *
 * @param records one after another, from index 0 to the limit
 * @param rewrites the number for the index entry of the new block
 * @param batchesRead all batches of the block
 * @param batchesLeftOut the batches that were trimmed
 * @param bytesKept the bytes of the others, before they were rewritten
 * @param tally of the batches that passed the filter
 */
public record RewrittenBlock(
        ByteBuffer records, int rewrites, int batchesRead, int batchesLeftOut, long bytesKept, Tally tally) {

    /** The number of batches that a filter has seen, changed and dropped. */
    public record Tally(long seen, long changed, long dropped) {

        public static final Tally NONE = new Tally(0, 0, 0);

        public Tally plus(Tally other) {
            return new Tally(seen + other.seen, changed + other.changed, dropped + other.dropped);
        }

        public boolean hasChanges() {
            return changed > 0 || dropped > 0;
        }
    }
}
