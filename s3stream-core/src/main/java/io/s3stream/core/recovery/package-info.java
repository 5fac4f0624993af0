/**
 * Recovery of a node, by its own next opening or by a take-over.
 *
 * <p>The order is fixed: lock, take a new node epoch, fence, replay, seal, upload and commit the replayed records. Only
 * then does an opening begin a new generation. A crash at any point is safe, because the next recovery starts again.
 *
 * <p>{@link io.s3stream.core.recovery.NodeOpener} opens a node and {@link io.s3stream.core.recovery.NodeTakeOver} takes
 * over another one. Both run {@code NodeRecovery}, the place to start reading. {@link
 * io.s3stream.core.recovery.RecoveryPlan} makes its decisions. {@code RecoveredSegments} turns frames into objects.
 * {@code KeptRecords} keeps records that cannot be committed, and {@link io.s3stream.core.recovery.QuarantineRelease}
 * later releases them.
 *
 * <p>Each recovery is used once. The serial context that it is given owns all of its state.
 */
@NullMarked
package io.s3stream.core.recovery;

import org.jspecify.annotations.NullMarked;
