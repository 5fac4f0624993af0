package io.s3stream.wal.common;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/**
 * A window that slides over the positions of a generation and reads the next chunks ahead. Each buffer has headroom in
 * front of its chunk, for the part of a frame at the end of the chunk before. The headroom grows for a larger frame.
 * Memory: four chunks, and the part of the largest frame that exceeds the headroom.
 *
 * <p>The caller owns all fields. It makes one call at a time, the next after the last one's future has completed. A
 * read in flight touches only its own buffer, never the buffer of the window.
 */
final class ReplayWindow implements AutoCloseable {

    private static final int CHUNK_BYTES = 4 << 20;
    private static final int HEADROOM_BYTES = 1 << 20;
    private static final int CHUNKS_AHEAD = 3;

    private final LogSource source;
    private final Memory memory;
    private final long limit;
    private final int chunkBytes;

    /** The chunk that the replay looks at. */
    private Chunk window;

    /** The chunks in flight or read, in order, contiguous with each other and the window. */
    private final Deque<Chunk> ahead = new ArrayDeque<>();

    /** The position up to which reads have begun. */
    private long aheadEnd;

    /**
     * The window's first position and the position after its last; {@code startIndex} is the first one's buffer index.
     */
    private long start;

    private long end;
    private int startIndex;
    private boolean closed;

    /** The source of buffers: their alignment, and the maximum frame that they must hold. */
    record Memory(ByteBufAllocator allocator, int alignment, int maxFrameBytes) {}

    /**
     * @param from the first position to read
     * @param limit the position to stop before
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

    /** Returns whether {@link #advance} has nothing to add. */
    boolean exhausted() {
        return end >= limit;
    }

    /** Returns the window's buffer; {@link #indexOf} maps positions to it. Valid until the next {@link #advance}. */
    ByteBuffer buffer() {
        return window.buffer;
    }

    int indexOf(long position) {
        return startIndex + (int) (position - start);
    }

    /**
     * Drops the bytes before {@code keepFrom}, which is at most a frame before the window's end. Adds the next chunk.
     */
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

    /** Begins to read the next chunk into {@code into}, or releases its buffer if nothing is left to read. */
    private void readAhead(Chunk into) {
        long from = aheadEnd;
        long partEnd = LogParts.end(from, source.partBytes());
        int length = (int) Math.max(0, Math.min(chunkBytes, Math.min(limit, partEnd) - from));
        if (length == 0) {
            into.owner.release();
            return;
        }
        aheadEnd = from + length;
        into.read(from, length);
        ahead.add(into);
    }

    /** Releases each buffer when no read uses it. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            window.owner.release();
            ahead.forEach(chunk -> chunk.read.whenComplete((done, failed) -> chunk.owner.release()));
            source.close();
        }
    }

    /** A buffer: headroom, and behind it the bytes read. */
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

        /** Provides at least {@code wanted} bytes of headroom, after the read. */
        void makeRoom(int wanted) {
            if (wanted <= headroom) {
                return;
            }
            long maximum = memory.maxFrameBytes() + (long) memory.alignment();
            int more = aligned(Math.toIntExact(Math.min(maximum, Math.max(wanted, headroom * 2L))));
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
