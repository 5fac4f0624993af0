package io.s3stream.wal.nfs;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A window that slides over the positions of a generation while the next chunks are already being read, one after another.
 * Each buffer has room in front of its chunk for the part of a frame that the chunk before ended with; it grows when a frame
 * is larger than that. Memory: four chunks, and what the largest frame that is met takes beyond one.
 *
 * <p>Owner of all fields is whoever calls; one call at a time, the next after the future of the last. The reads under way
 * touch only their own buffers, none of which is looked at, and the open segment, one after another.
 */
final class SegmentReader implements AutoCloseable {

    private static final int CHUNK_BYTES = 4 << 20;
    private static final int HEADROOM_BYTES = 1 << 20;
    private static final int CHUNKS_AHEAD = 3;

    private final MediumIo io;
    private final LogFiles log;
    private final SegmentGeometry geometry;
    private final long limit;
    private final int chunkBytes;

    /** What is looked at. */
    private Chunk window;

    /** Being read, or read, in order; they follow each other and the window. */
    private final Deque<Chunk> ahead = new ArrayDeque<>();

    /** Up to where reads were begun. */
    private long aheadEnd;

    /** The window's first and last position, and where its first stands in its buffer. */
    private long start;

    private long end;
    private int startIndex;

    /** The last read that was begun. */
    private CompletableFuture<Void> lastRead = CompletableFuture.completedFuture(null);

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
        this.chunkBytes = (int) Math.min(geometry.segmentBytes(), CHUNK_BYTES);
        this.start = from;
        this.end = from;
        this.aheadEnd = from;
        this.window = new Chunk();
        this.startIndex = window.headroom;
        while (ahead.size() < CHUNKS_AHEAD && aheadEnd < limit) {
            readAhead(new Chunk());
        }
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
        return window.buffer;
    }

    int indexOf(long position) {
        return startIndex + (int) (position - start);
    }

    /** Forgets what is before {@code keepFrom}, at most a frame before the window's end, and adds the next chunk. */
    CompletableFuture<Void> advance(long keepFrom) {
        Chunk next = ahead.element();
        return next.read.thenRun(() -> {
            ahead.remove();
            int kept = (int) Math.max(0, end - keepFrom);
            next.makeRoom(kept);
            if (kept > 0) {
                next.buffer.put(next.headroom - kept, window.buffer, indexOf(keepFrom), kept);
            }
            start = end - kept;
            startIndex = next.headroom - kept;
            end = next.end;
            Chunk old = window;
            window = next;
            readAhead(old);
        });
    }

    /** Begins to read what comes next; with nothing left to read the buffer goes. */
    private void readAhead(Chunk into) {
        long from = aheadEnd;
        int length = (int) Math.max(0, Math.min(chunkBytes, Math.min(limit, geometry.segmentEnd(from)) - from));
        if (length == 0) {
            into.owner.release();
            return;
        }
        aheadEnd = from + length;
        into.read(from, length);
        ahead.add(into);
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
            window.owner.release();
            ahead.forEach(chunk -> chunk.read.whenComplete((done, failed) -> chunk.owner.release()));
            // Done at once if the medium is still attached; it is closed after its replays.
            lastRead.whenComplete((done, failed) -> io.submit("wal-read-close", () -> {
                closeSegment();
                return null;
            }));
        }
    }

    /** A buffer: headroom, and behind it what was read. */
    private final class Chunk {

        private ByteBuf owner;
        private ByteBuffer buffer;
        private int headroom = HEADROOM_BYTES;
        private int length;
        private long end;
        private CompletableFuture<Void> read = CompletableFuture.completedFuture(null);

        Chunk() {
            owner = io.allocator().directBuffer(headroom + chunkBytes);
            buffer = owner.nioBuffer(0, headroom + chunkBytes);
        }

        /** After the reads before it, which a failed one fails too. */
        void read(long from, int bytes) {
            length = bytes;
            end = from + bytes;
            ByteBuffer target = buffer.duplicate().limit(headroom + bytes).position(headroom);
            read = lastRead.thenCompose(before -> io.submit("wal-read", () -> {
                LogFiles.readFully(segment(geometry.segment(from)), target, geometry.offset(from));
                return null;
            }));
            lastRead = read;
        }

        /** After the read: room for so much in front of it. */
        void makeRoom(int wanted) {
            if (wanted <= headroom) {
                return;
            }
            int more = (int) Math.min(geometry.maxFrameBytes(), Math.max(wanted, headroom * 2L));
            ByteBuf larger = io.allocator().directBuffer(more + chunkBytes);
            ByteBuffer into = larger.nioBuffer(0, more + chunkBytes);
            into.put(more, buffer, headroom, length);
            owner.release();
            owner = larger;
            buffer = into;
            headroom = more;
        }
    }
}
