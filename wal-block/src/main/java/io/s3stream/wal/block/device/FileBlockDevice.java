package io.s3stream.wal.block.device;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A handle on a file or block device. Handles on one medium share its channels. On close, the handle deletes a file
 * that it created and locked, and that never got content or could not grow.
 *
 * <p>Without direct I/O, at most one operation that may report a failed write is in flight. Linux reports the failure
 * of a write-back once for each descriptor, possibly to another thread's write.
 *
 * <p>Owns its flags. Thread-safe.
 */
final class FileBlockDevice implements BlockDevice {

    private static final Logger log = LoggerFactory.getLogger(FileBlockDevice.class);
    private static final int ZEROS_BYTES = 4 << 20;

    private final OpenFiles files;
    private final OpenFiles.Entry entry;
    private final Place place;
    private final LockIdentity identity;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean hasContent;
    private volatile boolean growthFailed;
    private volatile boolean renamed;
    private final OwnLinks links = new OwnLinks();

    /**
     * The place of the file.
     *
     * @param id the file that {@code path} leads to
     * @param created whether this handle created it
     */
    record Place(Path path, FileId id, FileDeviceSource.Space space, boolean created) {

        boolean isStillThere() throws IOException {
            return Files.exists(path) && FileId.of(path).equals(id);
        }

        /** Returns whether the path may lead to another file, or to none. */
        boolean mayBeGone() {
            try {
                return !FileId.of(path).equals(id);
            } catch (NoSuchFileException e) {
                return true;
            } catch (IOException e) {
                log.debug("{} cannot be checked: {}", path, e.toString());
                return false;
            }
        }
    }

    FileBlockDevice(OpenFiles files, OpenFiles.Entry entry, Place place, LockIdentity identity) {
        this.files = files;
        this.entry = entry;
        this.place = place;
        this.identity = identity;
    }

    @Override
    public boolean isFixedSize() {
        return place.id().kind() == FileId.Kind.BLOCK_DEVICE;
    }

    @Override
    public long size() throws IOException {
        return entry.channel.size();
    }

    @Override
    public boolean isDirect() {
        return entry.direct;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        return FullIo.read(entry.channel, target, position);
    }

    @Override
    public int readCached(ByteBuffer target, long position) throws IOException {
        return FullIo.read(entry.cached, target, position);
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
        writeAll(source, position);
        hasContent = true;
    }

    private void writeAll(ByteBuffer source, long position) throws IOException {
        if (entry.direct) {
            FullIo.write(entry.channel, source, position);
            return;
        }
        synchronized (entry) {
            FullIo.write(entry.channel, source, position);
        }
    }

    @Override
    public void force() throws IOException {
        if (entry.direct) {
            entry.channel.force(true);
            return;
        }
        synchronized (entry) {
            entry.channel.force(true);
        }
    }

    @Override
    public void requireRoom(long bytes) throws IOException {
        long missing = bytes - size();
        long usable = missing <= 0 ? Long.MAX_VALUE : place.space().usableBytes(place.path());
        if (missing > usable) {
            throw new InvalidRequestException("block WAL " + place.path() + ": its file system has room for " + usable
                    + " bytes, and the capacity of " + bytes + " needs " + missing
                    + " more; give a smaller capacity=, free space, or use another path");
        }
    }

    @Override
    public void grow(long bytes) throws IOException {
        long before = size();
        if (isFixedSize() || (before & -ALIGNMENT) >= bytes) {
            return;
        }
        try {
            requireRoom(bytes);
            fill(before & -ALIGNMENT, bytes);
            growthFailed = false;
        } catch (IOException | RuntimeException e) {
            growthFailed = true;
            shrink(before);
            throw e;
        }
    }

    private void fill(long start, long end) throws IOException {
        int chunk = (int) Math.min(ZEROS_BYTES, end - start);
        // Not pooled: a file needs this buffer once, for this call.
        ByteBuffer zeros = ByteBuffer.allocateDirect(chunk + ALIGNMENT).alignedSlice(ALIGNMENT);
        for (long at = start; at < end; ) {
            zeros.position(0).limit((int) Math.min(chunk, end - at));
            int length = zeros.remaining();
            writeAll(zeros, at);
            at += length;
        }
        force();
    }

    /** Shrinks the file after a failed growth. */
    private void shrink(long bytes) {
        try {
            entry.channel.truncate(bytes);
        } catch (IOException e) {
            log.warn("{}: could not be cut back to {} bytes", place.path(), bytes, e);
        }
    }

    /** Accepts a renamed file, with a warning: the next open needs its new name. */
    @Override
    public void requireKept(long bytes) throws IOException {
        if (isFixedSize()) {
            return;
        }
        long size = size();
        if (size < bytes) {
            throw new IOException("another program cut the file to " + size + " bytes of " + bytes);
        }
        if (place.mayBeGone()) {
            if (!links.hasName(place.id())) {
                throw new IOException("another program deleted or replaced the file");
            }
            if (!renamed) {
                renamed = true;
                log.warn("{} was renamed while it is in use; the next open needs its new name", place.path());
            }
        }
    }

    /** Refuses a file that was deleted or replaced after it was opened: other processes would not see its content. */
    @Override
    public boolean tryLock() throws IOException {
        if (!files.tryLock(entry, this)) {
            return false;
        }
        if (!place.isStillThere()) {
            throw new StorageException(place.path() + " was replaced while it was being opened; try again");
        }
        return true;
    }

    @Override
    public boolean isLockedHere() {
        return files.isLockedHere(entry);
    }

    @Override
    public LockIdentity lockIdentity() {
        return identity;
    }

    @Override
    public void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            try {
                boolean useless = place.created() && (growthFailed || !hasContent);
                if (useless && files.isLockedBy(entry, this) && place.isStillThere()) {
                    Files.delete(place.path());
                }
            } finally {
                files.release(entry, this);
            }
        }
    }
}
