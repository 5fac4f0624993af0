/**
 * A WAL on object storage. Each frame is one object, written by put-if-absent, with several frames in flight.
 *
 * <p><b>The fence.</b> A frame's key contains its sequence. A fencer puts a marker at the key of the next frame, by the
 * same conditional write, so the key holds exactly one of the two. If it holds the frame, the frame is replayed. If it
 * holds the marker, the old writer collides with it and acknowledges neither this frame nor any later one.
 * {@link io.s3stream.wal.s3.fence.FenceRules} and {@link io.s3stream.wal.s3.fence.ReleaseRules} explain why the fence is exact.
 * Listings only save requests and never prove absence.
 *
 * <p>Start with {@link io.s3stream.wal.s3.S3WalProvider}, then {@code S3Medium} → {@code S3WriteAheadLog} →
 * {@code Appends} (writing), {@code FenceWalk} (fencing), {@code S3Replay} (recovery), {@code Sweep} (deleting).
 * {@code Requests} sends and retries all requests.
 *
 * <p>The medium's serial context owns almost all state: appends, replays, fencing and trimming. The engine's context
 * owns the reserved space and the next sequence of a writer. {@code PutPacer} and the count of requests are shared
 * under monitors.
 */
@NullMarked
package io.s3stream.wal.s3;

import org.jspecify.annotations.NullMarked;
