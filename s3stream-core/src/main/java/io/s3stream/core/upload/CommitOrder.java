package io.s3stream.core.upload;

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

    /** Returns whether the WAL may be trimmed up to the end of an upload: only after its commit. */
    public boolean mayTrim(SegmentUpload upload, boolean committed) {
        return committed;
    }
}
