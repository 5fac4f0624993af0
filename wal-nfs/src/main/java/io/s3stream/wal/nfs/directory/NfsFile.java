package io.s3stream.wal.nfs.directory;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file with blocking positional I/O. Safe for use by several threads. */
public interface NfsFile extends AutoCloseable {

    /** As the server knew it when the file was opened, or later. */
    long size() throws IOException;

    /**
     * Reads until {@code target} is full or the file ends.
     *
     * @return the bytes read
     */
    int read(ByteBuffer target, long position) throws IOException;

    /** Writes all remaining bytes into a cache: {@link #force} makes them durable. */
    void write(ByteBuffer source, long position) throws IOException;

    /**
     * Makes durable what was written before. After a failure nothing is known about any of it, and a second call may
     * succeed without it: never retried.
     */
    void force() throws IOException;

    @Override
    void close() throws IOException;
}
