package io.s3stream.core.upload;

import io.s3stream.api.errors.StreamException;
import io.s3stream.core.metadata.CommittedPosition;

/** Receives the events of the write path, always on the append context. */
public interface UploadListener {

    /** Records became durable. Queued appends have moved to slabs, and later appends may need room. */
    void onDurable();

    /** All frames up to {@code position} are uploaded and committed. */
    void onCommitted(CommittedPosition position, long objectBytes);

    /** The WAL failed; uploads of acknowledged records continue. */
    void onWalFailure(StreamException reason);

    /** This node cannot commit: it was fenced, or the metadata are out of reach. */
    void onFatal(StreamException reason);
}
