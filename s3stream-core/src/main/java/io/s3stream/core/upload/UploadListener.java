package io.s3stream.core.upload;

import io.s3stream.api.errors.StreamException;
import io.s3stream.core.metadata.CommittedPosition;

/** Receives the events of the uploader, always on the append context. */
public interface UploadListener {

    /** All frames up to {@code position} are uploaded and committed. */
    void onCommitted(CommittedPosition position, long objectBytes);

    /** This node cannot commit: it was fenced, or the metadata are out of reach. */
    void onFatal(StreamException reason);
}
