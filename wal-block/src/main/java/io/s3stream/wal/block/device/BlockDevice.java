package io.s3stream.wal.block.device;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A medium with blocking positional I/O. Safe for use by several threads; positions, lengths and buffer addresses are
 * multiples of {@link #ALIGNMENT}. A handle: several may refer to the same medium in one process, at most one of them
 * holds its lock.
 */
public interface BlockDevice extends AutoCloseable {

    /** Of every position, length and memory address. */
    int ALIGNMENT = 4096;

    /** Whether its size is given and not ours to change: a device and not a file. */
    boolean isFixedSize();

    long size() throws IOException;

    /** Whether reads and writes go past every cache of this host, so that what other hosts write is seen. */
    default boolean isDirect() {
        return true;
    }

    /**
     * Reads until {@code target} is full or the medium ends.
     *
     * @return the bytes read
     */
    int read(ByteBuffer target, long position) throws IOException;

    /**
     * Reads like {@link #read}, perhaps through the page cache of this machine, which is cheaper. What another machine writes
     * may not be seen.
     */
    default int readCached(ByteBuffer target, long position) throws IOException {
        return read(target, position);
    }

    /** Writes all remaining bytes; they are durable when it returns. A failure leaves any part of them written. */
    void write(ByteBuffer source, long position) throws IOException;

    /** Makes durable what earlier writers, also dead ones, left in a cache. */
    void force() throws IOException;

    /**
     * Makes a file at least this large, its new part written with zeros and durable. A file that cannot grow keeps its size.
     *
     * @throws io.s3stream.api.errors.InvalidRequestException when the file system has not that much room
     */
    void grow(long bytes) throws IOException;

    /**
     * Checks that a file can grow to this size.
     *
     * @throws io.s3stream.api.errors.InvalidRequestException when the file system has not that much room
     */
    default void requireRoom(long bytes) throws IOException {}

    /**
     * Takes the medium's lock if it is free; does not wait.
     *
     * @return whether this handle holds it now
     */
    boolean tryLock() throws IOException;

    /** Whether this very process holds the lock, through this handle or another one. */
    default boolean isLockedHere() {
        return false;
    }

    /**
     * Checks that the next process which opens this medium by its name will find what was written to it.
     *
     * @param bytes that the medium must have
     * @throws IOException if the file was deleted, replaced or cut since it was opened
     */
    default void requireKept(long bytes) throws IOException {}

    /** What exactly {@link #tryLock} locks, and from where. */
    LockIdentity lockIdentity();

    /** Gives up the lock if this handle holds it. No operation may be under way. */
    @Override
    void close() throws IOException;
}
