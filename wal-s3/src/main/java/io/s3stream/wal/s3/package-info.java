/**
 * A write-ahead log on object storage: one object per frame, written by put-if-absent, several at a time.
 *
 * <p><b>The fence.</b> A frame's key is its sequence. Whoever takes over puts a marker where the next frame would go, by
 * the same conditional write, so exactly one of the two is there: either the frame is, and is replayed, or the marker
 * is, and the old writer collides with it and acknowledges neither this frame nor any later one. {@link
 * io.s3stream.wal.s3.fence.FenceRules} and {@link io.s3stream.wal.s3.fence.ReleaseRules} say why it is exact; listings only save
 * requests, they decide nothing.
 *
 * <p>Start reading at {@link io.s3stream.wal.s3.S3WalProvider}, then {@code S3Medium} → {@code S3WriteAheadLog} →
 * {@code Appends} (writing), {@code FenceWalk} (fencing), {@code S3Replay} (recovery), {@code Sweep} (deleting).
 */
@NullMarked
package io.s3stream.wal.s3;

import org.jspecify.annotations.NullMarked;
