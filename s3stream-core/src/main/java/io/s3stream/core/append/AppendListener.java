package io.s3stream.core.append;

import io.s3stream.api.errors.StreamException;

/** What the rest of the engine hears from the append sequencer, always on the append context. */
public interface AppendListener {

    /** A frame was acknowledged and is in the write cache. */
    void onDurable();

    /** Appends wait for memory or WAL space, which only an upload can make. */
    void onPressure();

    /**
     * The WAL failed: nothing more will be acknowledged. Appends that were in flight wait for {@link
     * AppendSequencer#settle}.
     */
    void onWalFailure(StreamException reason);
}
