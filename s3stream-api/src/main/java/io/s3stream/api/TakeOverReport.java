package io.s3stream.api;

import java.time.Duration;
import java.util.List;

/**
 * What a take-over found and did, and how long its parts took.
 *
 * @param nodeId of the node that was taken over
 * @param nodeEpoch which it got by that; whoever was the node under an older one is fenced
 * @param streams that it had open, and that anybody may open now
 * @param quarantined ids of those that recovery could not commit: they are opened again when they are {@linkplain
 *     StreamStore#releaseStream released}
 * @param frames of its WALs that were not yet uploaded
 * @param recordBytes in them, with record headers
 * @param fencing until nothing of the node could be acknowledged any more
 * @param replaying reading its WALs, while what was read is uploaded
 * @param uploading what was left to upload after that
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
