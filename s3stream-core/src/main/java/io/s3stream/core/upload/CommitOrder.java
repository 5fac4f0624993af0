package io.s3stream.core.upload;

import io.s3stream.core.metadata.CommittedPosition;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Decides which upload may be committed next: the oldest, once its objects are written. A commit moves the covered
 * position over all earlier frames [R14]. Not final, so that tests can break it on purpose.
 */
public class CommitOrder {

    /** Returns the upload to commit now, or null. {@code uploads} is oldest first and must not be changed. */
    @Nullable
    public SegmentUpload next(Deque<SegmentUpload> uploads) {
        SegmentUpload oldest = uploads.peek();
        return oldest != null && oldest.isWritten() ? oldest : null;
    }

    /**
     * Returns the sequence that must have been committed before {@code upload}; {@code lastCommitted} is this node's
     * view.
     */
    public long coversFrom(SegmentUpload upload, long lastCommitted) {
        return upload.segment().coversFrom();
    }

    /**
     * Returns the position up to which the WAL may be trimmed after a commit: the end of the committed upload.
     *
     * @param left the uploads that are not committed, oldest first
     */
    public CommittedPosition trimTo(SegmentUpload committed, Deque<SegmentUpload> left) {
        return committed.segment().coversTo();
    }
}
