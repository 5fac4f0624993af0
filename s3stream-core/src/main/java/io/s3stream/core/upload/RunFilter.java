package io.s3stream.core.upload;

import io.s3stream.core.metadata.StreamMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Leaves out what a commit would turn into dead bytes: data of a deleted stream, of an epoch that is over, or committed
 * already when its stream was closed [R8]. The state machine judges again; this only saves the upload. Not final, so that
 * tests can break it on purpose.
 */
public class RunFilter {

    /** Whether data up to {@code end}, written under {@code streamEpoch}, is still worth uploading. */
    public boolean wanted(@Nullable StreamMetadata stream, long streamEpoch, long end) {
        return stream != null && stream.epoch() == streamEpoch && stream.committedEnd() < end;
    }
}
