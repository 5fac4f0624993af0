package io.s3stream.core.compact;

/** So many bytes a second, and not many small requests in place of them. Used on the context of the compaction only. */
final class Throttle {

    /** What a request counts at least: bounds the number of requests a second. */
    private static final long REQUEST_BYTES = 64 << 10;

    private static final double NANOS_PER_SECOND = 1e9;

    private final double nanosPerByte;
    private long free; // when what was admitted before is paid for
    private boolean begun;

    Throttle(long bytesPerSecond) {
        this.nanosPerByte = NANOS_PER_SECOND / bytesPerSecond;
    }

    /** Admits a request; answers how many nanoseconds from {@code now} it is to wait. */
    long admit(long bytes, long now) {
        long begin = begun && free - now > 0 ? free : now;
        begun = true;
        free = begin + (long) (Math.max(bytes, REQUEST_BYTES) * nanosPerByte);
        return begin - now;
    }
}
