/**
 * The bytes on a medium outside the frames, and the options of a {@code block:} URI.
 *
 * <p>{@link io.s3stream.wal.block.format.Superblock} and {@link io.s3stream.wal.block.format.SharedSuperblock}
 * describe the first blocks of both modes. {@code OpeningRecord}, {@code HolderNote} and {@code WritingNote} are
 * records in them. {@code RingGeometry} and {@code SharedLayout} compute places. {@code BlockOptions} and {@code
 * SharedOptions} parse the URI. Start with {@code Superblock}.
 */
@NullMarked
package io.s3stream.wal.block.format;

import org.jspecify.annotations.NullMarked;
