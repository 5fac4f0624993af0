package io.s3stream.wal.block.device;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The channels of this JVM, one for each medium, shared by any number of handles.
 *
 * <p>Its instance is the module's only static mutable state, for a reason: POSIX locks belong to the process, and
 * closing <em>any</em> descriptor of a file silently drops the process's lock on it. So no code in this JVM may open
 * and close a second channel on a medium: no other store, no inspection, and no probe for the holder of the lock.
 *
 * <p>This object's monitor owns all state. It is held only while opening, closing or locking, which never wait for
 * other processes.
 */
final class OpenFiles {

    static final OpenFiles OF_THIS_JVM = new OpenFiles();

    /** Opens the channel of a medium for the first time. */
    interface Opener {
        Opened open() throws IOException;
    }

    /**
     * @param channel the channel for all reads and writes
     * @param cached the channel for reads through the page cache; the same as {@code channel} without direct I/O
     * @param writable false for an inspection without write permission
     */
    record Opened(FileChannel channel, FileChannel cached, boolean writable) {

        /** Returns whether the channel bypasses the page cache. */
        @SuppressWarnings("ReferenceEquality") // the same channel
        boolean isDirect() {
            return channel != cached;
        }
    }

    private final Map<FileId, Entry> entries = new HashMap<>();

    /** Channels of media whose lock is held in this process by unknown code. Closing them would drop that lock. */
    private final List<FileChannel> abandoned = new ArrayList<>();

    /** Media whose lack of direct I/O was logged. */
    private record Warned(FileId id, Path path) {}

    private final Set<Warned> warned = new HashSet<>();

    synchronized Entry acquire(FileId id, Opener opener) throws IOException {
        Entry entry = entries.get(id.medium());
        if (entry == null) {
            entry = new Entry(id, opener.open());
            entries.put(id.medium(), entry);
        }
        entry.handles++;
        return entry;
    }

    /** Returns whether this is the first warning about this medium. A new file may have the identity of a deleted one. */
    synchronized boolean warnsFirst(FileId id, Path path) {
        return warned.add(new Warned(id, path));
    }

    /** Keeps a channel open until the process ends. */
    synchronized void abandon(FileChannel channel) {
        abandoned.add(channel);
    }

    /** Returns whether this process holds the lock, through any handle or through other code. */
    synchronized boolean isLockedHere(Entry entry) {
        return entry.lock != null || entry.foreignLock;
    }

    /** Returns whether this handle holds the lock. */
    synchronized boolean isLockedBy(Entry entry, FileBlockDevice handle) {
        return entry.lock != null && entry.holder == handle;
    }

    synchronized boolean tryLock(Entry entry, FileBlockDevice handle) throws IOException {
        if (entry.lock != null) {
            return entry.holder == handle;
        }
        try {
            entry.lock = entry.channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // A second copy of this library in this JVM holds the lock, not this registry.
            entry.foreignLock = true;
            return false;
        }
        entry.holder = entry.lock == null ? null : handle;
        return entry.lock != null;
    }

    synchronized void release(Entry entry, FileBlockDevice handle) throws IOException {
        if (entry.holder == handle && entry.lock != null) {
            FileLock lock = entry.lock;
            entry.lock = null;
            entry.holder = null;
            lock.release();
        }
        if (--entry.handles == 0) {
            entries.remove(entry.id.medium());
            if (entry.foreignLock) {
                abandoned.add(entry.channel);
                abandoned.add(entry.cached);
            } else {
                entry.channel.close();
                entry.cached.close();
            }
        }
    }

    /** A medium's channel. The registry's monitor guards all mutable fields. */
    static final class Entry {

        final FileId id;
        final FileChannel channel;
        final FileChannel cached;
        final boolean direct;
        final boolean writable;
        private int handles;
        private @Nullable FileLock lock;
        private @Nullable FileBlockDevice holder;
        private boolean foreignLock;

        private Entry(FileId id, Opened opened) {
            this.id = id;
            this.channel = opened.channel();
            this.cached = opened.cached();
            this.direct = opened.isDirect();
            this.writable = opened.writable();
        }
    }
}
