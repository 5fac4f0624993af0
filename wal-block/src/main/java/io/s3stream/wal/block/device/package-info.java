/**
 * Access to one device or preallocated file: direct I/O, locks, identities.
 *
 * <p>{@link io.s3stream.wal.block.device.BlockDevice} is the boundary that tests replace. {@code FileBlockDevice}
 * implements it on files and devices with positioned, aligned, direct I/O. {@code MediumIo} runs blocking calls on
 * I/O threads. {@code Sector} and {@code Blocks} read and write checked blocks. {@code LockIdentity} and {@code
 * ProcessTable} answer whether the holder of a lock still runs. Start with {@code BlockDevice}.
 */
@NullMarked
package io.s3stream.wal.block.device;

import org.jspecify.annotations.NullMarked;
