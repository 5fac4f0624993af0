/**
 * Access to the mounted directory: files, syncs, mount options.
 *
 * <p>{@link io.s3stream.wal.nfs.directory.NfsDirectory} and {@code NfsFile} are the boundary that tests replace;
 * they state which answers a client cache may give. {@code MountedDirectory} implements them on a real mount.
 * {@code MountTable} reads the mount options of the system. {@code MediumIo} runs blocking calls on I/O threads.
 * Start with {@code NfsDirectory}.
 */
@NullMarked
package io.s3stream.wal.nfs.directory;

import org.jspecify.annotations.NullMarked;
