package io.s3stream.wal.block.device;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The channels of this JVM, one for each medium, however many handles there are.
 *
 * <p>Its instance is the module's only static mutable state, and has to be: POSIX locks belong to the process, and
 * closing <em>any</em> descriptor of a file silently drops the process's lock on it. Nobody in this JVM may therefore
 * open and close a second channel on a medium, be it another store, an inspection or the probe that wants to say who
 * holds the lock.
 *
 * <p>Owner of all state: this object's monitor, held only while opening, closing or locking, which do not wait for
 * other processes.
 */
final class OpenFiles {

    static final OpenFiles OF_THIS_JVM = new OpenFiles();

    /** Opens the channel of a medium for the first time. */
    interface Opener {
        Opened open() throws IOException;
    }

    /**
     * @param channel for all reads and writes
     * @param cached reads through the page cache; the same as {@code channel} where there is no direct I/O
     * @param writable false for an inspection by somebody who may only read
     */
    record Opened(FileChannel channel, FileChannel cached, boolean writable) {

        /** Whether the channel goes past the page cache. */
        @SuppressWarnings("ReferenceEquality") // the same channel
        boolean isDirect() {
            return channel != cached;
        }
    }

    private final Map<FileId, Entry> entries = new HashMap<>();

    /** Channels of which somebody unknown to this class holds the lock: never closed, for that would drop it. */
    private final List<FileChannel> abandoned = new ArrayList<>();

    /** Media of which was said that they have no direct I/O. */
    private final Set<FileId> warned = new HashSet<>();

    synchronized Entry acquire(FileId id, Opener opener) throws IOException {
        Entry entry = entries.get(id.medium());
        if (entry == null) {
            entry = new Entry(id, opener.open());
            entries.put(id.medium(), entry);
        }
        entry.handles++;
        return entry;
    }

    /** Whether this is the first time that somebody warns of this medium. */
    synchronized boolean warnsFirst(FileId id) {
        return warned.add(id);
    }

    /** Keeps a channel open for ever. */
    synchronized void abandon(FileChannel channel) {
        abandoned.add(channel);
    }

    /** Whether another handle of this process has the lock. */
    synchronized boolean isLockedHere(Entry entry) {
        return entry.lock != null || entry.foreignLock;
    }

    /** Whether this handle has the lock. */
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
            // Locked in this JVM, but not through this registry: a second copy of this library.
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

    /** A medium's channel. Fields are guarded by the registry's monitor, except those that do not change. */
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
