package io.s3stream.wal.nfs.directory;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file with blocking positional I/O. Safe for use by several threads. */
public interface NfsFile extends AutoCloseable {

    /** Returns the size that the server had when the file was opened, or later. */
    long size() throws IOException;

    /**
     * Reads until {@code target} is full or the file ends.
     *
     * @return the number of bytes read
     */
    int read(ByteBuffer target, long position) throws IOException;

    /** Writes all remaining bytes into a cache. {@link #force} makes them durable. */
    void write(ByteBuffer source, long position) throws IOException;

    /**
     * Makes all earlier writes durable. After a failure the state of these writes is unknown. Callers must not retry,
     * because a second call may succeed although the data are lost.
     */
    void force() throws IOException;

    @Override
    void close() throws IOException;
}
