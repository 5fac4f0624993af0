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

/** A generation's segments, for reading. Blocking; stateless, so each read sees what a file's last writer synced. */
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

    /** How messages call the generation. */
    String name() {
        return "NFS WAL " + io.name() + " walEpoch=" + files.walEpoch();
    }

    String segmentName(long position) {
        return files.segment(geometry.segment(position));
    }

    /**
     * The first position after {@code from} that no frame can stand at: the end of the last segment that holds anything.
     *
     * <p>Where the log is fenced, that is settled and not looked up: a name that is absent may only seem so, from a
     * cache. Whoever creates the next segment first has it; if that is the fencer, the log ends before it, and the old
     * writer will hear so when it tries. Settling ends at a segment that is still empty as well: nothing in it, and
     * nothing behind it, can have been acknowledged.
     *
     * <p>The walk begins with the segment of {@code from}, the end of what is committed: no writer deletes that one or a
     * later one.
     */
    long end(long from, boolean settle) throws IOException {
        long first = geometry.segment(from);
        // The next segment may not have been created when the last frame filled its own to the end.
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
                io.directory().delete(name); // so that the next attempt says the same
                throw missing(segment, from);
            }
        } catch (FileAlreadyExistsException e) {
            return; // as it must be, and no cache says otherwise now
        } catch (NoSuchFileException e) {
            throw missing(segment, from);
        }
    }

    private CorruptedDataException missing(long segment, long position) {
        return new CorruptedDataException(name() + ": segment " + files.segment(segment)
                + " is missing; replay wants it from position=" + position);
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
                    name() + ": " + files.segment(segment) + " is there, but opening it says that it is not", e);
        }
    }

    /** Opens the segment of a position; null if there is none. */
    @Nullable
    NfsFile openSegment(long segment) throws IOException {
        try {
            return io.directory().open(files.segment(segment));
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Fills {@code target}; what was never written reads as zeros. */
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
