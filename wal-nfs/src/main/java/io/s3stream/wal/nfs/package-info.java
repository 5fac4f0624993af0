/**
 * A WAL on a directory of an NFS mount (EFS, FSx, Filestore, any NFSv3 or v4 server), without locks.
 *
 * <p><b>On the medium</b> ({@code GenerationFiles}): for each generation an opening record, a fence
 * file and segments of frames. Positions count bytes from the generation's start ({@code
 * SegmentGeometry}). All names are unique for ever.
 *
 * <p><b>Writing</b> ({@code NfsWriteAheadLog}): frames are written several at a time, synced in groups, and acknowledged in
 * groups after the fence file was opened anew and found empty. <b>Fencing</b> ({@code FenceFile}): making that file longer,
 * then reading. <b>Where the log ends</b> is settled by creating the next segment exclusively ({@code LogFiles}), because
 * whatever else a client could ask may be answered by a cache ({@link io.s3stream.wal.nfs.directory.NfsDirectory} lists what may
 * not).
 *
 * <p><b>Reading order</b>: {@link io.s3stream.wal.nfs.NfsWalProvider}, {@code NfsMedium}, {@code NfsWriteAheadLog}, {@code
 * FenceFile}, {@code LogFiles}, {@code SegmentSource} with {@link io.s3stream.wal.nfs.TailJudge}.
 */
@NullMarked
package io.s3stream.wal.nfs;

import org.jspecify.annotations.NullMarked;
