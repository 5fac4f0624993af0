package io.s3stream.wal.nfs;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A window that slides over the positions of a generation while the next chunk is already being read: one buffer is
 * looked at, the other filled. Each buffer has room in front of its chunk for the part of a frame that the chunk before
 * ended with. Memory: two chunks and two frames.
 *
 * <p>Owner of all fields is whoever calls; one call at a time, the next after the future of the last. A read under way
 * touches only the buffer that is not looked at, and the open segment.
 */
final class SegmentReader implements AutoCloseable {

    private static final int CHUNK_BYTES = 4 << 20;

    private final MediumIo io;
    private final LogFiles log;
    private final SegmentGeometry geometry;
    private final long limit;
    private final int headroom;
    private final int chunk;
    private final ByteBuf[] owners = new ByteBuf[2];
    private final ByteBuffer[] buffers = new ByteBuffer[2];

    /** The buffer that is looked at; the other one is read into. */
    private int current;

    /** The window's first and last position, and where its first stands in the buffer. */
    private long start;

    private long end;
    private int startIndex;

    /** Reads {@code [end, aheadEnd)} into the other buffer. */
    private CompletableFuture<Void> ahead;

    private long aheadEnd;

    /** Open for reading; belongs to the read under way. */
    private @Nullable NfsFile segment;

    private long segmentNumber = -1;
    private boolean closed;

    /**
     * @param from the first position wanted
     * @param limit no position from here on is read
     */
    SegmentReader(MediumIo io, LogFiles log, SegmentGeometry geometry, long from, long limit) {
        this.io = io;
        this.log = log;
        this.geometry = geometry;
        this.limit = limit;
        this.headroom = geometry.maxFrameBytes();
        this.chunk = (int) Math.min(geometry.segmentBytes(), Math.max(CHUNK_BYTES, geometry.maxFrameBytes()));
        for (int i = 0; i < 2; i++) {
            owners[i] = io.allocator().directBuffer(headroom + chunk);
            buffers[i] = owners[i].nioBuffer(0, headroom + chunk);
        }
        this.start = from;
        this.end = from;
        this.startIndex = headroom;
        this.ahead = readAhead();
    }

    boolean has(long position, int bytes) {
        return position >= start && position + bytes <= end;
    }

    /** Whether {@link #advance} cannot add anything. */
    boolean exhausted() {
        return end >= limit;
    }

    /** The window; {@link #indexOf} says where. Valid until the next {@link #advance}. */
    ByteBuffer buffer() {
        return buffers[current];
    }

    int indexOf(long position) {
        return startIndex + (int) (position - start);
    }

    /** Forgets what is before {@code keepFrom}, at most a frame before the window's end, and adds the next chunk. */
    CompletableFuture<Void> advance(long keepFrom) {
        return ahead.thenRun(() -> {
            int other = 1 - current;
            int kept = (int) Math.max(0, end - keepFrom);
            if (kept > 0) {
                buffers[other].put(headroom - kept, buffers[current], indexOf(keepFrom), kept);
            }
            start = end - kept;
            startIndex = headroom - kept;
            end = aheadEnd;
            current = other;
            ahead = readAhead();
        });
    }

    private CompletableFuture<Void> readAhead() {
        long from = end;
        int length = (int) Math.max(0, Math.min(chunk, Math.min(limit, geometry.segmentEnd(from)) - from));
        aheadEnd = from + length;
        if (length == 0 || closed) {
            return CompletableFuture.completedFuture(null);
        }
        ByteBuffer target =
                buffers[1 - current].duplicate().limit(headroom + length).position(headroom);
        return io.submit("wal-read", () -> {
            LogFiles.readFully(segment(geometry.segment(from)), target, geometry.offset(from));
            return null;
        });
    }

    private @Nullable NfsFile segment(long number) throws IOException {
        if (number != segmentNumber) {
            closeSegment();
            segment = log.openSegment(number);
            segmentNumber = number;
        }
        return segment;
    }

    private void closeSegment() throws IOException {
        if (segment != null) {
            segment.close();
            segment = null;
        }
    }

    /** Buffers and file go when nobody reads into them any more. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            ahead.whenComplete((done, failed) -> {
                owners[0].release();
                owners[1].release();
                // Done at once if the medium is still attached; it is closed after its replays.
                io.submit("wal-read-close", () -> {
                    closeSegment();
                    return null;
                });
            });
        }
    }
}
