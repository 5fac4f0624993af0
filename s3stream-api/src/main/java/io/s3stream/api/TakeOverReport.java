package io.s3stream.api;

import java.time.Duration;

/**
 * What a take-over found and did, and how long its parts took.
 *
 * @param nodeId of the node that was taken over
 * @param nodeEpoch which it got by that; whoever was the node under an older one is fenced
 * @param streams that it had open, and that anybody may open now
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
        long frames,
        long recordBytes,
        Duration fencing,
        Duration replaying,
        Duration uploading,
        Duration committing) {

    /** From the call until its streams could be opened. */
    public Duration total() {
        return fencing.plus(replaying).plus(uploading).plus(committing);
    }
}
