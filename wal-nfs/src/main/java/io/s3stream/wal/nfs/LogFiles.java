package io.s3stream.wal.nfs;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.wal.nfs.directory.MediumIo;
import io.s3stream.wal.nfs.directory.NfsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a generation's segments. Blocking; stateless, so each read sees all bytes that the file's last writer synced.
 */
final class LogFiles {

    private static final int ZEROS = 64 << 10;

    private final MediumIo io;
    private final GenerationFiles files;
    private final SegmentGeometry geometry;

    LogFiles(MediumIo io, GenerationFiles files, SegmentGeometry geometry) {
        this.io = io;
        this.files = files;
        this.geometry = geometry;
    }

    /** Returns the generation's name in messages. */
    String name() {
        return "NFS WAL " + io.name() + " walEpoch=" + files.walEpoch();
    }

    String segmentName(long position) {
        return files.segment(geometry.segment(position));
    }

    /**
     * Returns the end of the last segment that is not empty: the first position after {@code from} that no frame can
     * have.
     *
     * <p>In a fenced log, the fencer settles the end by creating the next segment, because a look-up of an absent name
     * may be answered by a cache. The server lets only one process create a file. If that is the fencer, the log ends
     * before the segment, and the old writer's attempt to create it fails. Settling also ends at an empty segment:
     * neither it nor a later one can hold an acknowledged frame.
     *
     * <p>The walk begins with the segment of {@code from}, the committed end: no writer deletes that segment or a later
     * one.
     *
     * @param settle whether the log is fenced, and its end is to be settled
     */
    long end(long from, boolean settle) throws IOException {
        long first = geometry.segment(from);
        // If the last frame filled its segment exactly, the next segment may not have been created.
        boolean mayBeAbsent = from > 0 && geometry.offset(from) == 0;
        if (!mayBeAbsent) {
            requirePresent(first, from, settle);
        }
        long next = first;
        while (settle ? isUsedOrClaim(next) : isUsed(next)) {
            next++;
        }
        if (geometry.segmentStart(next) < from) {
            throw missing(first, from);
        }
        return geometry.segmentStart(next);
    }

    private void requirePresent(long segment, long from, boolean settle) throws IOException {
        String name = files.segment(segment);
        try (NfsFile file =
                settle ? io.directory().createNew(name) : io.directory().open(name)) {
            if (settle) {
                io.directory().delete(name); // so that a retry has the same result
                throw missing(segment, from);
            }
        } catch (FileAlreadyExistsException e) {
            return; // the segment exists; the server answered, not a cache
        } catch (NoSuchFileException e) {
            throw missing(segment, from);
        }
    }

    private CorruptedDataException missing(long segment, long position) {
        return new CorruptedDataException(name() + ": segment " + files.segment(segment)
                + " is missing; the replay needs it from position=" + position);
    }

    private boolean isUsed(long segment) throws IOException {
        try (NfsFile file = io.directory().open(files.segment(segment))) {
            return file.size() > 0;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private boolean isUsedOrClaim(long segment) throws IOException {
        try (NfsFile claimed = io.directory().createNew(files.segment(segment))) {
            return false;
        } catch (FileAlreadyExistsException e) {
            return isUsedForSure(segment);
        }
    }

    private boolean isUsedForSure(long segment) throws IOException {
        try (NfsFile file = io.directory().open(files.segment(segment))) {
            return file.size() > 0;
        } catch (NoSuchFileException e) {
            throw new StorageException(
                    name() + ": " + files.segment(segment) + " exists, but opening it fails as if it did not", e);
        }
    }

    /** Opens a segment; returns null if there is none. */
    @Nullable
    NfsFile openSegment(long segment) throws IOException {
        try {
            return io.directory().open(files.segment(segment));
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Fills {@code target}. Bytes beyond the end of the file read as zeros. */
    static void readFully(@Nullable NfsFile segment, ByteBuffer target, long offset) throws IOException {
        if (segment != null) {
            segment.read(target, offset);
        }
        byte[] zeros = new byte[Math.min(ZEROS, target.remaining())];
        while (target.hasRemaining()) {
            target.put(zeros, 0, Math.min(zeros.length, target.remaining()));
        }
    }
}
