package io.s3stream.core.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Exclusive locks by key among all threads of all processes that use a directory, by a lock file for each stripe of
 * keys. The operating system releases the locks of a killed process.
 *
 * <p>A POSIX lock belongs to the whole process, and is silently lost once the process closes <em>any</em> descriptor of
 * that file. So a mutex comes first within the process. Only under it is the lock file opened, locked and closed. No
 * close can then drop a lock that another thread holds. All instances on the same directory must share the mutex. It is
 * the monitor of the file's interned real path, of which the JVM has exactly one.
 */
final class KeyLocks {

    private static final int STRIPES = 64;

    private final Path directory;

    /** @param directory an existing directory; its real path, so that all processes and instances agree on it */
    KeyLocks(Path directory) {
        this.directory = directory;
    }

    /** Runs {@code action} while no other thread or process runs one for this key. Blocks. */
    <T> T locked(String key, IoAction<T> action) throws IOException {
        Path file = directory.resolve(Integer.toString(Math.floorMod(key.hashCode(), STRIPES)));
        synchronized (("io.s3stream.lock:" + file).intern()) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                return action.run();
            }
        }
    }

    /** An action that reads or writes files. */
    interface IoAction<T> {
        T run() throws IOException;
    }
}
