package io.s3stream.core.recovery;

import java.util.List;

/**
 * A recovered node: its WALs are no longer needed and its streams are closed.
 *
 * @param nodeEpoch under which it was recovered
 * @param frames that were replayed
 * @param recordBytes in them
 * @param quarantined ids of the streams that could not be committed
 */
public record RecoveredNode(
        long nodeEpoch,
        long frames,
        long recordBytes,
        long streamsClosed,
        List<Long> quarantined,
        RecoveryTimes times) {}
