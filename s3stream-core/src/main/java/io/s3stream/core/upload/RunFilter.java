package io.s3stream.core.upload;

import io.s3stream.core.metadata.StreamMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Leaves out data that a commit would turn into dead bytes. Such data is of a deleted stream, of an ended epoch, or was
 * committed when its stream was closed [R8]. The state machine judges again; this filter only saves uploads. Not final,
 * so that tests can break it on purpose.
 */
public class RunFilter {

    /** Returns whether data up to {@code end}, written under {@code streamEpoch}, is worth uploading. */
    public boolean wanted(@Nullable StreamMetadata stream, long streamEpoch, long end) {
        return stream != null && stream.epoch() == streamEpoch && stream.committedEnd() < end;
    }
}
