package io.s3stream.core.append;

import io.s3stream.core.memory.Slab;
import io.s3stream.layout.FrameFormat;
import java.util.List;

/** Records in a slab that are ready to become a frame: written by callers in place, or copied by the sequencer. */
interface FilledFrame {

    /** Returns the slab. The frame that is issued needs a reference of its own. */
    Slab slab();

    /** Returns the position of the frame in the slab. */
    int start();

    int bodyBytes();

    /** Returns the alignment of the WAL's frames. */
    int alignment();

    default int paddedBytes() {
        return FrameFormat.paddedBytes(bodyBytes(), alignment());
    }

    /**
     * Returns the appends of the frame.
     *
     * <p>Also creates what {@link #issued} needs, because that must not fail.
     */
    List<PendingAppend> prepare();

    /** Continues behind the frame, whose appends belong to the window now. */
    void issued();
}
