/**
 * The WALs of this node as the engine sees them, independent of the backend.
 *
 * <p>{@link io.s3stream.core.wal.WalMedia} owns the attached media. {@link io.s3stream.core.wal.OpenWal} is the
 * generation being written, and {@link io.s3stream.core.wal.RetiredWals} holds the earlier ones until they are
 * uploaded. {@link io.s3stream.core.wal.WalPreparation} prepares a medium for a switch, and {@link
 * io.s3stream.core.wal.HandOver} decides its order. {@link io.s3stream.core.wal.RecordedWals} decides by which URI a
 * recorded WAL may be accessed. {@link io.s3stream.core.wal.MediumWatch} reports and limits silent media.
 *
 * <p>Start with {@code WalMedia} and {@code RetiredWals}. The {@code append} context owns the retired generations,
 * preparations and epochs. Media answer on any thread, and {@code WalMedia} guards its state by its monitor.
 */
@NullMarked
package io.s3stream.core.wal;

import org.jspecify.annotations.NullMarked;
