package io.s3stream.wal.block.device;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A handle on a medium, with blocking positional I/O. Safe for use by several threads. Positions, lengths and buffer
 * addresses are multiples of {@link #ALIGNMENT}. Several handles of a process may refer to one medium; at most one
 * holds its lock.
 */
public interface BlockDevice extends AutoCloseable {

    /** The alignment of every position, length and memory address. */
    int ALIGNMENT = 4096;

    /** Returns whether the medium is a device, whose size cannot change. A file can grow. */
    boolean isFixedSize();

    long size() throws IOException;

    /** Returns whether reads and writes bypass all caches of this host, so that reads see the writes of other hosts. */
    default boolean isDirect() {
        return true;
    }

    /**
     * Reads until {@code target} is full or the medium ends.
     *
     * @return the number of bytes read
     */
    int read(ByteBuffer target, long position) throws IOException;

    /**
     * Reads like {@link #read}, possibly through the page cache of this machine, which is cheaper. Such a read may miss
     * the writes of another machine.
     */
    default int readCached(ByteBuffer target, long position) throws IOException {
        return read(target, position);
    }

    /** Writes all remaining bytes, durably. After a failure, any part of them may be written. */
    void write(ByteBuffer source, long position) throws IOException;

    /** Makes all bytes durable that earlier writers, including dead ones, left in a cache. */
    void force() throws IOException;

    /**
     * Makes a file at least this large. The new part contains zeros and is durable. A file that cannot grow keeps its
     * size.
     *
     * @throws io.s3stream.api.errors.InvalidRequestException if the file system does not have enough room
     */
    void grow(long bytes) throws IOException;

    /**
     * Checks that a file can grow to this size.
     *
     * @throws io.s3stream.api.errors.InvalidRequestException if the file system does not have enough room
     */
    default void requireRoom(long bytes) throws IOException {}

    /**
     * Takes the medium's lock if it is free, without waiting.
     *
     * @return whether this handle holds the lock now
     */
    boolean tryLock() throws IOException;

    /** Returns whether this process holds the lock, through this handle or another one. */
    default boolean isLockedHere() {
        return false;
    }

    /**
     * Checks that the next process that opens this medium by its name will find the bytes written to it.
     *
     * @param bytes the size that the medium must have
     * @throws IOException if the file was deleted, replaced or cut since it was opened
     */
    default void requireKept(long bytes) throws IOException {}

    /** Returns the identity of the lock that {@link #tryLock} takes: the locked file and the machine. */
    LockIdentity lockIdentity();

    /** Closes the handle and releases the lock if this handle holds it. No operation may be in flight. */
    @Override
    void close() throws IOException;
}
