package io.s3stream.core.compact.pace;

/** Limits bytes per second, and requests by a minimum charge. Used on the context of the compaction only. */
final class Throttle {

    /** Minimum charge of a request. Limits the requests per second. */
    private static final long REQUEST_BYTES = 64 << 10;

    private static final double NANOS_PER_SECOND = 1e9;

    private final double nanosPerByte;
    private long free; // time at which all admitted bytes are paid for
    private boolean begun;

    Throttle(long bytesPerSecond) {
        this.nanosPerByte = NANOS_PER_SECOND / bytesPerSecond;
    }

    /** Admits a request. Returns the nanoseconds to wait from {@code now}. */
    long admit(long bytes, long now) {
        long begin = begun && free - now > 0 ? free : now;
        begun = true;
        free = begin + (long) (Math.max(bytes, REQUEST_BYTES) * nanosPerByte);
        return begin - now;
    }
}
