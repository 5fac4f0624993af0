/**
 * Exclusive mode: one process holds the medium.
 *
 * <p>{@code Attach} takes the lock, checks the previous holder and writes the note of the new one. {@code
 * BlockMedium} opens, seals and releases generations on the attached medium. {@code HolderCell} reads and writes
 * the note, and {@code HolderGuard} stops the writer when the note names another process. The blocking calls run
 * on the threads of {@code MediumIo}. Start with {@code BlockMedium}.
 */
@NullMarked
package io.s3stream.wal.block.exclusive;

import org.jspecify.annotations.NullMarked;
