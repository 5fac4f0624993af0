package io.s3stream.core.upload;

import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Which upload may be committed next: the oldest, once its objects are written, because a commit moves the covered
 * position over everything before it [R14]. Not final, so that tests can break it on purpose.
 */
public class CommitOrder {

    /** The upload to commit now, or null. {@code uploads} is oldest first and not to be changed. */
    @Nullable
    public SegmentUpload next(Deque<SegmentUpload> uploads) {
        SegmentUpload oldest = uploads.peek();
        return oldest != null && oldest.isWritten() ? oldest : null;
    }

    /** The sequence that must have been committed before {@code upload}; {@code lastCommitted} is what this node knows. */
    public long coversFrom(SegmentUpload upload, long lastCommitted) {
        return upload.segment().coversFrom();
    }

    /** Whether the WAL may be trimmed up to the end of an upload: only after its commit. */
    public boolean mayTrim(SegmentUpload upload, boolean committed) {
        return committed;
    }
}
