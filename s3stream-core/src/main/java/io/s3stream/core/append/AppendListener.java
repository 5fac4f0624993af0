package io.s3stream.core.append;

import io.s3stream.api.errors.StreamException;

/** What the rest of the engine hears from the append sequencer, always on the append context. */
public interface AppendListener {

    /** A frame was acknowledged and is in the write cache. */
    void onDurable();

    /** Appends wait for memory or WAL space, which only an upload can make. */
    void onPressure();

    /**
     * The WAL failed and was given up: nothing is acknowledged until {@link AppendSequencer#continueOn} or {@link
     * AppendSequencer#takeNoMore} is called.
     */
    void onWalFailure(StreamException reason);
}
