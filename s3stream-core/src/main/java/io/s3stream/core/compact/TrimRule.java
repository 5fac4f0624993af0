package io.s3stream.core.compact;

/** Which records a compaction leaves out. Not final, so that tests can break it on purpose. */
public class TrimRule {

    /** Whether a record that ends at {@code endOffset} is of no use to a stream that begins at {@code startOffset}. */
    protected boolean isTrimmed(long endOffset, long startOffset) {
        return endOffset <= startOffset;
    }
}
