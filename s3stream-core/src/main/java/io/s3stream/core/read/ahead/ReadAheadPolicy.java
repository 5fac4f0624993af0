package io.s3stream.core.read.ahead;

import io.s3stream.core.read.blocks.BlockLoader;
import java.time.Duration;

/**
 * Decides how far to read ahead, from numbers alone: a reader's window, the size of its next chunk, the streams' shares
 * of the budget, and the times after which a reader is idle or forgotten. It has no state and makes no request.
 *
 * @param maxInFlight the maximum bytes in flight for all readers together
 * @param maxLent the maximum bytes that the block cache lends for arrived chunks
 * @param maxWindow the maximum bytes ahead for one reader
 * @param maxJoined the maximum size of a GET that reads for several streams; 0 if each reads for one
 */
record ReadAheadPolicy(long maxInFlight, long maxLent, long maxWindow, long maxJoined) {

    /** The window of a reader before its first fetch. */
    static final long INITIAL_WINDOW = 2L << 20;
    /** Indexes that are requested together. */
    static final int INDEXES_AHEAD = 8;
    /** The next indexes are requested when the reader is this number of ranges before them. */
    static final int INDEX_LEAD = INDEXES_AHEAD / 2;

    /** Each step costs a reader the latency of one request. */
    private static final int GROWTH = 4;
    /** A smaller fetch may be a probe. */
    private static final int BULK_BYTES = 256 << 10;
    /** The first window in fetches, because a reader with large fetches soon uses them. */
    private static final int FETCHES_AHEAD = 8;

    /** A stream's share of the budget is for this number of chunks; for fewer if other streams have enough requests. */
    private static final int MAX_PARTS = 8;

    private static final int MIN_PARTS = 2;
    private static final int ENOUGH_REQUESTS = 64;
    /** Larger chunks save few requests, and reduce the number that are in flight and verified at a time. */
    private static final long MAX_CHUNK_BYTES = 4L << 20;

    private static final int MAX_CHUNK_BLOCKS = 1 << 16;
    /** The number of requests in flight is bounded: each is charged at least this fraction of the in-flight limit. */
    private static final int MAX_REQUESTS = 128;
    /** A stream beyond its share leaves this fraction of the budget to the others. */
    private static final int PART_FOR_OTHERS = 8;

    /** At most this fraction of a joined read is gaps. */
    private static final int GAP_PART = 16;
    /** The in-flight limit admits at least this number of joined reads. */
    private static final int MIN_JOINED_IN_FLIGHT = 12;

    private static final int SHARES_FOR_JOINED = 3;

    private static final long SWEEP_NANOS = Duration.ofMillis(100).toNanos();
    private static final long ACTIVE_NANOS = Duration.ofSeconds(2).toNanos();
    private static final long FORGOTTEN_NANOS = Duration.ofSeconds(60).toNanos();
    /** A fetch without a successor for this long was a random read. */
    private static final long RANDOM_NANOS = Duration.ofSeconds(10).toNanos();

    /** Bytes read ahead, for one stream or for all. */
    record Usage(long inFlight, long total) {}

    // ---- readers ----

    /** Returns whether a first fetch of this size shows a sequential reader, if it starts where the stream begins. */
    static boolean isBulk(int fetchBytes) {
        return fetchBytes >= BULK_BYTES;
    }

    /** Returns whether a reader that last fetched this long ago has paused, so that its chunks may be reclaimed. */
    static boolean isIdle(long sinceLastFetch) {
        return sinceLastFetch > ACTIVE_NANOS;
    }

    /** Returns whether a reader that last fetched this long ago is dropped. */
    static boolean isForgotten(boolean sequential, long sinceLastFetch) {
        return sinceLastFetch > (sequential ? FORGOTTEN_NANOS : RANDOM_NANOS);
    }

    /** Returns whether a reader that last fetched this long ago is likely to fetch again. */
    static boolean isExpectedAgain(boolean sequential, long sinceLastFetch) {
        return sinceLastFetch <= (sequential ? FORGOTTEN_NANOS : ACTIVE_NANOS);
    }

    /** Returns whether a sweep is due, this long after the last one. */
    static boolean isSweepDue(long sinceLastSweep) {
        return sinceLastSweep >= SWEEP_NANOS;
    }

    // ---- windows ----

    /**
     * Returns a reader's window when a fetch begins: its present window, or a few fetches of this size if that is more.
     * These fetches count up to the stream's share, and leave room for one wait to grow the window.
     */
    long windowForFetch(long window, int fetchBytes, int streams) {
        long first = Math.min((long) FETCHES_AHEAD * fetchBytes, Math.min(share(streams), maxWindow / GROWTH));
        return Math.min(maxWindow, Math.max(window, first));
    }

    /** Returns the window of a reader that had to wait for its next chunk. */
    long windowAfterWait(long window) {
        return Math.min(window * GROWTH, maxWindow);
    }

    /** Returns the window of a reader that has passed a chunk: at least two such chunks. */
    long windowAfterChunk(long window, long chunkBytes) {
        return Math.min(maxWindow, Math.max(window, 2 * chunkBytes));
    }

    // ---- chunks ----

    /** Returns the number of blocks of the chunk after one with {@code blocks}. */
    static int nextChunkBlocks(int blocks) {
        return Math.min(blocks * 2, MAX_CHUNK_BLOCKS);
    }

    /** Returns the maximum chunk size: a few chunks for each stream, and enough for all streams together. */
    long maxChunkBytes(int streams) {
        int parts = Math.max(MIN_PARTS, Math.min(MAX_PARTS, ENOUGH_REQUESTS / streams));
        return Math.min(MAX_CHUNK_BYTES, Math.min(maxWindow, share(streams)) / parts);
    }

    // ---- joined reads ----

    /** Returns whether a GET may bring chunks of several streams. */
    boolean joins() {
        return maxJoined > 0;
    }

    /**
     * Returns whether a GET may extend to another chunk. Gaps cost bytes, and a large GET leaves few in flight.
     *
     * @param bytes of the GET with that chunk
     * @param gapBytes bytes between its chunks that no reader needs
     * @param gap the last of these gaps
     */
    boolean joins(long bytes, long gapBytes, long gap) {
        return gap <= BlockLoader.MAX_GAP_BYTES
                && gapBytes <= bytes / GAP_PART
                && bytes
                        <= Math.min(
                                Math.min(maxJoined, BlockLoader.MAX_READ_BYTES), maxInFlight / MIN_JOINED_IN_FLIGHT);
    }

    /**
     * Returns the number of streams for the share of a reader whose chunk is joined. Its share is larger, because it has
     * its previous chunk in flight when its neighbour wants the next one. Otherwise readers would never get in step.
     */
    static int streamsForJoined(int streams) {
        return Math.max(1, streams / SHARES_FOR_JOINED);
    }

    // ---- shares of the budget ----

    /** Returns the charge of a chunk while it is in flight. */
    long charge(long missingBytes) {
        return missingBytes == 0 ? 0 : Math.max(missingBytes, maxInFlight / MAX_REQUESTS);
    }

    /** Returns one stream's share of the in-flight bytes. */
    long share(int streams) {
        return maxInFlight / streams;
    }

    /**
     * Returns whether a stream may read more ahead. It may exceed its share if it has nothing else ahead, or while
     * there is room for others.
     */
    boolean isFair(Usage ofStream, Usage ofAll, long more, int streams) {
        return isFair(ofStream.inFlight(), ofAll.inFlight(), more, streams, maxInFlight)
                && isFair(ofStream.total(), ofAll.total(), more, streams, maxInFlight + maxLent);
    }

    private static boolean isFair(long ofStream, long ofAll, long more, int streams, long limit) {
        return ofStream == 0 || ofStream + more <= limit / streams || ofAll + more <= limit - limit / PART_FOR_OTHERS;
    }

    /** Returns whether the limits of all readers together admit more bytes in flight. */
    boolean hasRoomFor(Usage ofAll, long more) {
        return ofAll.inFlight() + more <= maxInFlight && ofAll.total() + more <= maxInFlight + maxLent;
    }

    /** Returns the bytes that the block cache must lend: the bytes beyond the in-flight limit. */
    long loan(Usage ofAll) {
        return Math.max(0, ofAll.total() - maxInFlight);
    }
}
