package io.s3stream.core.append;

import io.s3stream.api.errors.StreamException;

/** Receives events of the append sequencer, always on the append context. */
public interface AppendListener {

    /** A frame was acknowledged and is in the write cache. */
    void onDurable();

    /** Appends wait for memory or WAL space, which only an upload can free. */
    void onPressure();

    /**
     * The WAL failed and was abandoned. Uploads of acknowledged records continue. Acknowledgements stop until
     * {@link AppendSequencer#continueOn} or {@link AppendSequencer#takeNoMore} is called.
     */
    void onWalFailure(StreamException reason);
}
