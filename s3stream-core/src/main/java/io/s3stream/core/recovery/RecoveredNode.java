package io.s3stream.core.recovery;

/**
 * A node whose WALs hold nothing that is needed any more and whose streams are closed.
 *
 * @param nodeEpoch under which it was recovered
 * @param frames that were replayed
 * @param recordBytes in them
 */
record RecoveredNode(long nodeEpoch, long frames, long recordBytes, long streamsClosed, RecoveryTimes times) {}
