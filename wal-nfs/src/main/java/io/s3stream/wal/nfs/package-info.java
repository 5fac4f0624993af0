/**
 * A WAL on a directory of an NFS mount (EFS, FSx, Filestore, any NFSv3 or v4 server), without locks.
 *
 * <p><b>Medium</b> ({@code GenerationFiles}): each generation has an opening record, a fence file and segments of
 * frames. Positions count bytes from the generation's start ({@code SegmentGeometry}). File names are never reused.
 *
 * <p><b>Writing</b> ({@code NfsWriteAheadLog}): the writer writes several frames at a time and syncs them in groups. It
 * then opens the fence file again, and acknowledges a group if that file is empty. <b>Fencing</b> ({@code FenceFile}):
 * the fencer makes the fence file longer, and reads the segments after that. <b>The end of the log</b>
 * ({@code LogFiles}): the fencer settles it by creating the next segment exclusively, because a cache may answer any
 * other question. {@link io.s3stream.wal.nfs.directory.NfsDirectory} lists the operations that no cache answers.
 *
 * <p><b>Start with</b> {@link io.s3stream.wal.nfs.NfsWalProvider}, then {@code NfsMedium}, {@code NfsWriteAheadLog},
 * {@code FenceFile}, {@code LogFiles}, {@code SegmentSource} with {@link io.s3stream.wal.nfs.TailJudge}.
 *
 * <p><b>Threads</b>: the engine's serial context owns a writer's space, segments and next sequence. All I/O runs on the
 * threads of {@code MediumIo}. {@code WriterState} and {@code GroupStage} are shared between both and thread-safe.
 */
@NullMarked
package io.s3stream.wal.nfs;

import org.jspecify.annotations.NullMarked;
