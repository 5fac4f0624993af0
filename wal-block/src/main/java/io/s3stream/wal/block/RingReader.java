package io.s3stream.wal.block;

import io.netty.buffer.ByteBuf;
import io.s3stream.api.errors.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/**
 * A window that slides over the positions of a generation while the next chunks are already being read, several at a time.
 * Each buffer has room in front of its chunk for the part of a frame that the chunk before ended with; it grows when a frame
 * is larger than that. Memory: four chunks, and what the largest frame that is met takes beyond one.
 *
 * <p>Owner of all fields is whoever calls; one call at a time, the next after the future of the last. A read under way
 * touches only its own buffer, which is not the one that is looked at.
 */
final class RingReader implements AutoCloseable {

    private static final int CHUNK_BYTES = 4 << 20;
    private static final int HEADROOM_BYTES = 1 << 20;
    private static final int READS = 3;

    private final MediumIo io;
    private final RingGeometry geometry;
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

    /**
     * @param from the first position wanted
     * @param limit no position from here on is read
     */
    RingReader(MediumIo io, RingGeometry geometry, long from, long limit) {
        this.io = io;
        this.geometry = geometry;
        this.limit = limit;
        this.chunkBytes = (int) Math.min(geometry.ringBytes(), CHUNK_BYTES);
        this.start = from;
        this.end = from;
        this.aheadEnd = from;
        this.window = new Chunk();
        this.startIndex = window.headroom;
        while (ahead.size() < READS && aheadEnd < limit) {
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
        int length = (int) Math.max(0, Math.min(chunkBytes, Math.min(limit, geometry.lapEnd(from)) - from));
        if (length == 0) {
            into.owner.release();
            return;
        }
        aheadEnd = from + length;
        into.read(from, length);
        ahead.add(into);
    }

    /** Fills {@code target} from a place that does not straddle a lap's end. Blocking. */
    static void readFully(MediumIo io, RingGeometry geometry, long position, ByteBuffer target) throws IOException {
        int wanted = target.remaining();
        if (io.device().read(target, geometry.physical(position)) < wanted) {
            throw new StorageException(
                    "block WAL " + io.name() + " is shorter than its ring of " + geometry.ringBytes() + " bytes");
        }
    }

    /** Each buffer goes when nobody reads into it any more. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            window.owner.release();
            ahead.forEach(chunk -> chunk.read.whenComplete((done, failed) -> chunk.owner.release()));
        }
    }

    /** A buffer: headroom, and behind it what was read. */
    private final class Chunk {

        private ByteBuf owner;
        private ByteBuffer buffer;
        private int headroom = (int) Math.min(HEADROOM_BYTES, geometry.ringBytes());
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
            ByteBuffer target = buffer.duplicate().limit(headroom + bytes).position(headroom);
            read = io.submit("wal-read", () -> {
                readFully(io, geometry, from, target);
                return null;
            });
        }

        /** After the read: room for so much in front of it. */
        void makeRoom(int wanted) {
            if (wanted <= headroom) {
                return;
            }
            int more = Math.toIntExact(
                    Math.min(geometry.maxFrameBytes() + (long) BlockDevice.ALIGNMENT, Math.max(wanted, headroom * 2L))
                                    + BlockDevice.ALIGNMENT
                                    - 1
                            & -BlockDevice.ALIGNMENT);
            ByteBuf larger = allocate(more);
            ByteBuffer into = alignedIn(larger, more);
            into.put(more, buffer, headroom, length);
            owner.release();
            owner = larger;
            buffer = into;
            headroom = more;
        }

        private ByteBuf allocate(int room) {
            return io.allocator().directBuffer(room + chunkBytes + BlockDevice.ALIGNMENT);
        }

        private ByteBuffer alignedIn(ByteBuf memory, int room) {
            return memory.nioBuffer(0, memory.capacity())
                    .alignedSlice(BlockDevice.ALIGNMENT)
                    .limit(room + chunkBytes);
        }
    }
}
