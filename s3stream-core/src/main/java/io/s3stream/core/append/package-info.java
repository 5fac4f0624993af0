/**
 * The write path from an append to its acknowledgement: offsets, frames, group commit.
 *
 * <p>{@link io.s3stream.core.append.AppendGate} admits an append. Under the lock of its {@link
 * io.s3stream.core.append.StreamTail} it gets an offset and a place in a slab of {@code claims}, and then its caller copies
 * it. {@code FrameFeed} turns copied records into frames, and {@link io.s3stream.core.append.AppendSequencer} issues several
 * frames at a time to the WAL. {@code FramePublisher} acknowledges the frames in order. Tests replace {@link
 * io.s3stream.core.append.AckOrder}, {@code AppendInbox} and the classes of {@code rules}.
 *
 * <p>Start with {@code AppendSequencer}.
 *
 * <p>Callers' threads own an append until it is published or enqueued; {@code AppendGate} and {@code StreamTail} are
 * thread-safe. The serial context {@code append} owns everything after that. Callers' futures complete on the callback
 * executor.
 */
@NullMarked
package io.s3stream.core.append;

import org.jspecify.annotations.NullMarked;
