/**
 * A WAL on a raw block device or a preallocated file, written with direct I/O.
 *
 * <p><b>Exclusive mode.</b> The medium begins with a superblock area of 64 KiB
 * ({@link io.s3stream.wal.block.format.Superblock}). It has the owner of the medium, its present holder, and the
 * opening records of the latest generations. The ring of frames follows
 * ({@link io.s3stream.wal.block.format.RingGeometry}). A generation's positions count from 0 and never repeat; the ring
 * maps them to bytes. The holder has a lock of the operating system from attach to close. A process may lose that lock.
 * So {@link io.s3stream.wal.block.exclusive.Attach} also checks the fate of the noted holder
 * ({@link io.s3stream.wal.block.ring.HolderFate}), and {@link io.s3stream.wal.block.device.LockIdentity} tells whether
 * the lock proves its end. The holder's note is the fence cell that {@code HolderGuard} checks.
 *
 * <p><b>Shared mode</b> is for a device attached to several hosts. Many nodes of a store write at the same time. Each
 * generation has an extent with its own ring ({@link io.s3stream.wal.block.format.SharedLayout}) and a fence cell on
 * the medium. {@link io.s3stream.wal.block.ring.FenceRules} explains why the fence is exact. The allocation table is in
 * the store's object storage ({@link io.s3stream.wal.block.shared.AllocationRegister}).
 *
 * <p><b>Packages.</b> {@code exclusive} and {@code shared} hold the two modes. Both use {@code ring}, which writes and
 * replays frames, {@code format}, which has the bytes outside the frames, and {@code device}, which does the I/O.
 *
 * <p><b>Start with</b> {@link io.s3stream.wal.block.BlockWalProvider}, then
 * {@link io.s3stream.wal.block.exclusive.BlockMedium} or {@link io.s3stream.wal.block.shared.SharedMedium},
 * {@link io.s3stream.wal.block.ring.BlockWriteAheadLog} with {@link io.s3stream.wal.common.PositionSpace} and
 * {@link io.s3stream.wal.block.ring.WriterGuard}, {@link io.s3stream.wal.block.ring.RingSource} and
 * {@link io.s3stream.wal.block.ring.TailJudge}; below them {@link io.s3stream.wal.block.device.BlockDevice}.
 *
 * <p><b>Threads.</b> The engine's serial context owns a writer's space and next sequence, and calls one method of a
 * medium at a time. All I/O runs on the threads of {@code MediumIo}, which keeps the lock until the last operation has
 * ended. {@code OpenFiles} owns all channels of the JVM, under its monitor.
 */
@NullMarked
package io.s3stream.wal.block;

import org.jspecify.annotations.NullMarked;
