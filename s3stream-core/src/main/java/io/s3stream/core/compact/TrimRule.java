package io.s3stream.core.compact;

/** Decides which records a compaction leaves out. Not final, so that tests can break it on purpose. */
public class TrimRule {

    /**
     * Returns whether a record that ends at {@code endOffset} is trimmed from a stream that begins at
     * {@code startOffset}.
     */
    protected boolean isTrimmed(long endOffset, long startOffset) {
        return endOffset <= startOffset;
    }
}
