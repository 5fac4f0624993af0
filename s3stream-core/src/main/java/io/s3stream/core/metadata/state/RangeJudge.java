package io.s3stream.core.metadata.state;

import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.UploadedObject.UploadedRange;
import org.jspecify.annotations.Nullable;

/** Decides, per stream, about an uploaded range [R17]. Pure. Not final, so that a test can break it on purpose. */
public class RangeJudge {

    /** The decision about a range. */
    public enum Verdict {
        /** The stream is deleted, has another epoch, or was closed or sealed before the end of the range: dead bytes. */
        DEAD,
        /** The whole range is already committed: dead bytes. */
        COVERED,
        /** The range begins at the committed end and is appended to the stream. */
        TAKEN,
        /**
         * The range begins past the committed end. Records between them were lost, so the whole command must be
         * refused.
         */
        GAP,
        /**
         * The committed end is in the middle of the range. No writer of whole runs does that, and the size of the
         * remainder is unknown. So the whole command must be refused.
         */
        CUT
    }

    /** @param stream as it is after all earlier ranges, or null if it does not exist */
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
