/**
 * Read-ahead: blocks that sequential readers will need are requested before the readers ask.
 *
 * <p>{@code ReadAheadPolicy} decides from numbers alone: windows, chunk sizes, shares of the budget. {@code Cursors}
 * recognises sequential readers, each a {@code Cursor}. {@code ReadAhead} requests the next
 * blocks of each cursor as {@code Chunk}s of adjacent blocks. {@code ChunkPlanner} chooses them, and {@code ChunkJoiner}
 * finds chunks of other readers that the same GET may bring, a {@code JoinedRead}. {@code AheadBudget} divides the
 * read-ahead memory between the cursors. {@code HeldChunk} keeps arrived blocks until their reader has passed, and {@code
 * ChunkReclaimer} takes them back. Start with {@code ReadAhead}.
 */
@NullMarked
package io.s3stream.core.read.ahead;

import org.jspecify.annotations.NullMarked;
