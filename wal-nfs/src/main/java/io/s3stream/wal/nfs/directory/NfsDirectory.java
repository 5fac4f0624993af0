package io.s3stream.wal.nfs.directory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A directory, as one client of a file server sees it. Names are relative to the directory, with {@code /} between
 * their parts. The empty name is the directory itself. Blocking and thread-safe.
 *
 * <p><b>Caches.</b> A client caches attributes, names (also absent names), listings and data for some time. Only these
 * operations see the state of the server: {@link #open}, {@link NfsFile#size} right after it, and {@link #createNew}.
 * The first two rest on close-to-open consistency, which the mount option {@code nocto} disables. A client also sees
 * all changes that it made itself.
 */
public interface NfsDirectory {

    /** Returns the mount that contains the directory. */
    Mount mount() throws IOException;

    boolean isDirectory(String name) throws IOException;

    /** Creates a directory, durably, unless it exists. */
    void makeDirectory(String name) throws IOException;

    /** Returns the names in a directory, possibly from a cache; empty if there is no such directory. */
    List<String> list(String name) throws IOException;

    /**
     * Creates a file that does not exist. The server decides, never a cache (O_CREAT | O_EXCL). The name is durable
     * when this method returns.
     *
     * @throws java.nio.file.FileAlreadyExistsException if the file exists
     */
    NfsFile createNew(String name) throws IOException;

    /**
     * Creates a file with its content atomically, otherwise as {@link #createNew} does. Name and content are durable
     * when this method returns. On a file system that cannot do this atomically, a crash may leave a file that is too
     * short.
     *
     * @param token a unique number for the name of a temporary file
     * @throws java.nio.file.FileAlreadyExistsException if the file exists
     */
    default void publish(String name, byte[] content, long token) throws IOException {
        try (NfsFile file = createNew(name)) {
            try {
                file.write(ByteBuffer.wrap(content), 0);
                file.force();
            } catch (IOException e) {
                delete(name);
                throw e;
            }
        }
    }

    /**
     * Opens a file for reading. The reader sees all bytes that were closed or synced before.
     *
     * @throws java.nio.file.NoSuchFileException if the file does not exist, or a cache remembers that it did not
     */
    NfsFile open(String name) throws IOException;

    /** Opens a file as {@link #open} does, also for writing. */
    NfsFile openForWriting(String name) throws IOException;

    /**
     * Makes a file longer by one byte, durably, and creates it if it does not exist. Needs no block of the file system,
     * so it works on a full one.
     */
    void extend(String name) throws IOException;

    /** Deletes a file if it exists. */
    void delete(String name) throws IOException;
}
