/**
 * A WAL on a raw block device or a preallocated file, written with direct I/O.
 *
 * <p><b>Exclusive mode.</b> First a superblock area of 64 KiB ({@link io.s3stream.wal.block.format.Superblock}): the owner of the
 * medium, its present holder, and the opening records of the latest generations. Then the ring of frames
 * ({@link io.s3stream.wal.block.format.RingGeometry}). A generation's positions count from 0 and never repeat; the ring gives
 * them a place. An operating system lock is held from attach to close. A process may lose it, so {@code Attach} also asks what
 * became of the noted holder ({@link io.s3stream.wal.block.ring.HolderFate}; {@link io.s3stream.wal.block.device.LockIdentity} says when
 * the lock proves something). The note of the holder is the fence cell that {@code HolderGuard} looks at.
 *
 * <p><b>Shared mode</b>, for a device attached to several hosts: many nodes of a store write at the same time, each
 * generation to an extent with a ring of its own ({@link io.s3stream.wal.block.format.SharedLayout}), and a cell on the medium
 * fences each ({@link io.s3stream.wal.block.ring.FenceRules} says why that is exact). What is taken is kept in the store's object
 * storage ({@link io.s3stream.wal.block.shared.AllocationRegister}).
 *
 * <p><b>Reading order</b>: {@link io.s3stream.wal.block.BlockWalProvider}, {@code BlockMedium} or {@code SharedMedium},
 * {@code BlockWriteAheadLog} with {@code RingSpace} and {@code WriterGuard}, {@code RingSource} and
 * {@link io.s3stream.wal.block.ring.TailJudge}; below them {@link io.s3stream.wal.block.device.BlockDevice}.
 */
@NullMarked
package io.s3stream.wal.block;

import org.jspecify.annotations.NullMarked;
