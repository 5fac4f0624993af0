/**
 * The ring of frames that both modes write and replay.
 *
 * <p>{@code BlockWriteAheadLog} writes frames into the ring, with the space of {@code PositionSpace}, and asks a
 * {@code WriterGuard} before it acknowledges. {@code RingSource} replays the ring, and {@code TailJudge} decides
 * whether a bad frame ends the log or is damage. {@link io.s3stream.wal.block.ring.FenceRules} holds the rules
 * that tests replace. Start with {@code BlockWriteAheadLog}.
 */
@NullMarked
package io.s3stream.wal.block.ring;

import org.jspecify.annotations.NullMarked;
