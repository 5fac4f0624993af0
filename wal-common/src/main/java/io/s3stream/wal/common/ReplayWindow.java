package io.s3stream.wal.common;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/**
 * A window that slides over the positions of a generation while the next chunks are already being read. Each buffer has room
 * in front of its chunk for the part of a frame that the chunk before ended with; it grows when a frame is larger than that.
 * Memory: four chunks, and what the largest frame that is met takes beyond one.
 *
 * <p>Owner of all fields is whoever calls; one call at a time, the next after the future of the last. A read under way
 * touches only its own buffer, which is not the one that is looked at.
 */
final class ReplayWindow implements AutoCloseable {

    private static final int CHUNK_BYTES = 4 << 20;
    private static final int HEADROOM_BYTES = 1 << 20;
    private static final int CHUNKS_AHEAD = 3;

    private final LogSource source;
    private final Memory memory;
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
    private boolean closed;

    /** Where buffers come from: their alignment, and the largest frame they may have to hold. */
    record Memory(ByteBufAllocator allocator, int alignment, int maxFrameBytes) {}

    /**
     * @param from the first position wanted
     * @param limit no position from here on is read
     */
    ReplayWindow(LogSource source, Memory memory, long from, long limit) {
        this.source = source;
        this.memory = memory;
        this.limit = limit;
        this.chunkBytes = (int) Math.min(source.partBytes(), CHUNK_BYTES);
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
        long partEnd = from - from % source.partBytes() + source.partBytes();
        int length = (int) Math.max(0, Math.min(chunkBytes, Math.min(limit, partEnd) - from));
        if (length == 0) {
            into.owner.release();
            return;
        }
        aheadEnd = from + length;
        into.read(from, length);
        ahead.add(into);
    }

    /** Each buffer goes when nobody reads into it any more. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            window.owner.release();
            ahead.forEach(chunk -> chunk.read.whenComplete((done, failed) -> chunk.owner.release()));
            source.close();
        }
    }

    /** A buffer: headroom, and behind it what was read. */
    private final class Chunk {

        private ByteBuf owner;
        private ByteBuffer buffer;
        private int headroom = (int) Math.min(HEADROOM_BYTES, source.partBytes());
        private int length;
        private long end;
        private CompletableFuture<Void> read = CompletableFuture.completedFuture(null);

        Chunk() {
            owner = allocate(headroom);
            buffer = alignedIn(owner, headroom);
        }

        void read(long from, int bytes) {
            length = bytes;
            end = from + bytes;
            read = source.read(from, buffer.duplicate().limit(headroom + bytes).position(headroom));
        }

        /** After the read: room for so much in front of it. */
        void makeRoom(int wanted) {
            if (wanted <= headroom) {
                return;
            }
            long most = memory.maxFrameBytes() + (long) memory.alignment();
            int more = aligned(Math.toIntExact(Math.min(most, Math.max(wanted, headroom * 2L))));
            ByteBuf larger = allocate(more);
            ByteBuffer into = alignedIn(larger, more);
            into.put(more, buffer, headroom, length);
            owner.release();
            owner = larger;
            buffer = into;
            headroom = more;
        }

        private int aligned(int bytes) {
            return bytes + memory.alignment() - 1 & -memory.alignment();
        }

        private ByteBuf allocate(int room) {
            return memory.allocator().directBuffer(room + chunkBytes + memory.alignment());
        }

        private ByteBuffer alignedIn(ByteBuf whole, int room) {
            return whole.nioBuffer(0, whole.capacity())
                    .alignedSlice(memory.alignment())
                    .limit(room + chunkBytes);
        }
    }
}
