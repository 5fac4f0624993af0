package io.s3stream.core.upload;

import io.s3stream.api.errors.StreamException;
import io.s3stream.core.metadata.CommittedPosition;

/** What the store hears from its write path, always on the append context. */
public interface UploadListener {

    /** Records became durable: what waited in the queue is in slabs now, and later appends may need room. */
    void onDurable();

    /** Everything up to {@code position} is in object storage and in the metadata. */
    void onCommitted(CommittedPosition position, long objectBytes);

    /** The WAL failed; what was acknowledged is still being uploaded. */
    void onWalFailure(StreamException reason);

    /** This node cannot commit any more: it was fenced, or the metadata is out of reach. */
    void onFatal(StreamException reason);
}
