package io.s3stream.core.metadata;

import io.s3stream.core.metadata.UploadedObject.UploadedRange;
import org.jspecify.annotations.Nullable;

/**
 * Decides, per stream, what becomes of an uploaded range [R17]. Pure. Not final, so that a test can break it on purpose.
 */
public class RangeJudge {

    /** What becomes of a range. */
    public enum Verdict {
        /** The stream is deleted or has another epoch, or this is past the end of a stream that is closed or sealed. */
        DEAD,
        /** All of it is committed already: dead bytes. */
        COVERED,
        /** It begins at the committed end and is appended to the stream. */
        TAKEN,
        /** It begins past the committed end: something between was lost, and the whole command must be refused. */
        GAP,
        /**
         * The committed end is in its middle. Nobody who writes runs as they are does that, and how many bytes the rest
         * has cannot be known: the whole command must be refused.
         */
        CUT
    }

    /** @param stream as it is after all ranges before, or null if it does not exist (any more) */
    protected Verdict judge(@Nullable StreamMetadata stream, UploadedRange range) {
        if (stream == null || range.streamEpoch() != stream.epoch()) {
            return Verdict.DEAD;
        }
        if (range.end() <= stream.committedEnd()) {
            return Verdict.COVERED;
        }
        if (!stream.isOpen() || stream.isSealed()) {
            return Verdict.DEAD;
        }
        if (range.start() == stream.committedEnd()) {
            return Verdict.TAKEN;
        }
        return range.start() < stream.committedEnd() ? Verdict.CUT : Verdict.GAP;
    }
}
