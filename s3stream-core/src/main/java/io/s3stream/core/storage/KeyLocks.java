package io.s3stream.core.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Exclusion by key among all threads of all processes that use a directory, by a lock file per stripe of keys. The
 * operating system gives the lock of a killed process back.
 *
 * <p>A POSIX lock belongs to the whole process, and is silently gone once the process closes <em>any</em> descriptor of
 * that file. So within the process a mutex comes first, and the lock file is opened, locked and closed only under it: no
 * close can drop a lock that somebody else in the process holds. The mutex must be one for all instances on the same
 * directory; it is the monitor of the file's interned real path, which the JVM itself keeps one of.
 */
final class KeyLocks {

    private static final int STRIPES = 64;

    private final Path directory;

    /** @param directory exists; its real path, so that all processes and instances agree on it */
    KeyLocks(Path directory) {
        this.directory = directory;
    }

    /** Runs {@code action} while nobody else runs one for this key. Blocks. */
    <T> T locked(String key, IoAction<T> action) throws IOException {
        Path file = directory.resolve(Integer.toString(Math.floorMod(key.hashCode(), STRIPES)));
        synchronized (("io.s3stream.lock:" + file).intern()) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                return action.run();
            }
        }
    }

    /** Something that reads or writes files. */
    interface IoAction<T> {
        T run() throws IOException;
    }
}
