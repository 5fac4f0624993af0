package io.s3stream.wal.nfs.directory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A directory as one client of a file server sees it. Names are relative to it, with {@code /} between their parts; the
 * empty name is the directory itself. Blocking and thread-safe.
 *
 * <p><b>What a cache may hide.</b> A client remembers attributes, names (also that a name is absent), listings and data
 * for some time. Only these see what the server has: {@link #open} and {@link NfsFile#size} right after it (close-to-open
 * consistency, which the mount option {@code nocto} gives up), {@link #createNew}, and everything done through the same
 * client.
 */
public interface NfsDirectory {

    /** How it is mounted. */
    Mount mount() throws IOException;

    boolean isDirectory(String name) throws IOException;

    /** Durable when it returns. It may already be there. */
    void makeDirectory(String name) throws IOException;

    /** The names in a directory, from a cache perhaps; empty if there is no such directory. */
    List<String> list(String name) throws IOException;

    /**
     * Creates a file that is not there; the server decides, no cache does (O_CREAT | O_EXCL). Its name is durable when
     * this returns.
     *
     * @throws java.nio.file.FileAlreadyExistsException when it is there
     */
    NfsFile createNew(String name) throws IOException;

    /**
     * Creates a file with its content, as {@link #createNew} does, so that nobody finds it without. Both are durable when this
     * returns. A directory that cannot do that at once leaves, after a crash, a file that is too short.
     *
     * @param token unique; for the name of a temporary file
     * @throws java.nio.file.FileAlreadyExistsException when it is there
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
     * Opens a file for reading, seeing what was closed or synced before.
     *
     * @throws java.nio.file.NoSuchFileException when it is not there, or a cache remembers that it was not
     */
    NfsFile open(String name) throws IOException;

    /** As {@link #open}, for writing too. */
    NfsFile openForWriting(String name) throws IOException;

    /**
     * Makes a file longer by one byte, durably, and creates it if need be. Takes no block of the file system, so it works
     * where no space is left.
     */
    void extend(String name) throws IOException;

    /** Deletes a file if it is there. */
    void delete(String name) throws IOException;
}
