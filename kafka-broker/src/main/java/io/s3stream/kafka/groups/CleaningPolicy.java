package io.s3stream.kafka.groups;

/**
 * Decides when a log is cleaned: when it has twice as many bytes as the last cleaning kept, and at least a minimum. So a
 * log has at most about twice its live bytes, or the minimum, and a cleaning writes at most as much as it frees. Not
 * thread-safe.
 */
final class CleaningPolicy {

    private final long minBytes;

    /** In the log, from its start. */
    private long bytes;

    /** In the log at the last {@link #rewritten}. */
    private long bytesBefore;

    private long cleanAt;

    CleaningPolicy(long minBytes) {
        this.minBytes = minBytes;
        this.cleanAt = minBytes;
    }

    /** The log was read, and has {@code loadedBytes}. */
    void loaded(long loadedBytes) {
        bytes = loadedBytes;
        cleanAt = minBytes;
    }

    void appended(long appendedBytes) {
        bytes += appendedBytes;
    }

    boolean isDue() {
        return bytes >= cleanAt;
    }

    /** A cleaning appended the live records; everything before them is about to be trimmed. */
    void rewritten(long liveBytes) {
        bytesBefore = bytes;
        bytes += liveBytes;
        cleanAt = Math.max(minBytes, 2 * liveBytes);
    }

    /** A cleaning ended. If it trimmed nothing, the next one waits until the log has grown by the minimum. */
    void ended(boolean isTrimmed) {
        if (isTrimmed) {
            bytes -= bytesBefore;
        } else {
            cleanAt = bytes + minBytes;
        }
        bytesBefore = 0;
    }
}
