/**
 * The write path from an append to its acknowledgement: offsets, frames, group commit.
 *
 * <p>{@link io.s3stream.core.append.AppendGate} admits an append, takes its offset under the lock of its
 * {@link io.s3stream.core.append.StreamTail}, and enqueues it. {@link io.s3stream.core.append.AppendSequencer} encodes
 * queued batches into frames in slabs and issues several frames at a time to the WAL. {@code FramePublisher}
 * acknowledges the frames in order.
 * Tests replace {@link io.s3stream.core.append.AckOrder}, {@code AppendInbox}, {@code OffsetRule} and {@code
 * OutcomeRule}.
 *
 * <p>Start with {@code AppendSequencer}.
 *
 * <p>Callers' threads own an append until it is enqueued; {@code AppendGate} and {@code StreamTail} are thread-safe.
 * The serial context {@code append} owns everything after that. Callers' futures complete on the callback executor.
 */
@NullMarked
package io.s3stream.core.append;

import org.jspecify.annotations.NullMarked;
