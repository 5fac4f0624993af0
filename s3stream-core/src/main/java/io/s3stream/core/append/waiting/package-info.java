/**
 * Waits of the append path: for an offset, for memory, for time.
 *
 * <p>{@code TailWaiters} holds futures that complete when a stream reaches an offset. {@code GrowthWaiters} wakes
 * waits that count the bytes of several streams. {@code MemoryWait} wakes the sequencer when the write cache has
 * released memory. {@code FrameLinger} delays a frame for more appends. {@code IdleFrames} and {@code StallWatch} decide from the clock when to write a frame early and when
 * a WAL counts as stalled. The append context owns all of them except the waiters, which are thread-safe. Start with
 * {@code TailWaiters}.
 */
@NullMarked
package io.s3stream.core.append.waiting;

import org.jspecify.annotations.NullMarked;
