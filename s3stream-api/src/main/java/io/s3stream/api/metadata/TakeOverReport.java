package io.s3stream.api.metadata;

import java.time.Duration;
import java.util.List;

/**
 * The findings and effects of a take-over, and the durations of its parts.
 *
 * @param nodeId the node that was taken over
 * @param nodeEpoch its new epoch; a process with an older epoch of the node is fenced
 * @param streams the number of its open streams, which any node may open now
 * @param quarantined ids of the streams that recovery could not commit: they can be opened after they are {@linkplain
 *     io.s3stream.api.StreamStore#releaseStream released}
 * @param frames of its WALs that were not yet uploaded
 * @param recordBytes in these frames, with record headers
 * @param fencing until no append of the node could be acknowledged
 * @param replaying reading its WALs, with concurrent uploads
 * @param uploading the rest of the uploads
 * @param committing until its streams were closed; its WALs are released after that
 */
public record TakeOverReport(
        int nodeId,
        long nodeEpoch,
        long streams,
        List<Long> quarantined,
        long frames,
        long recordBytes,
        Duration fencing,
        Duration replaying,
        Duration uploading,
        Duration committing) {

    public TakeOverReport {
        quarantined = List.copyOf(quarantined);
    }

    /** From the call until its streams could be opened. */
    public Duration total() {
        return fencing.plus(replaying).plus(uploading).plus(committing);
    }
}
