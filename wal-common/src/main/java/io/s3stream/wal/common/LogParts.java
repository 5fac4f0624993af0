package io.s3stream.wal.common;

/** Arithmetic of positions that are divided into parts of one size. No frame spans two parts; see {@link LogSource}. */
public final class LogParts {

    private LogParts() {}

    /** Returns the end of the part of {@code position}: the first position of the next part. */
    public static long end(long position, long partBytes) {
        return position - position % partBytes + partBytes;
    }

    /** Returns the position of a frame of this size, if {@code next} is the first free position. */
    public static long place(long next, int frameBytes, long partBytes) {
        long end = end(next, partBytes);
        return next + frameBytes <= end ? next : end;
    }
}
