package io.s3stream.wal.block;

import io.netty.buffer.ByteBuf;
import io.s3stream.api.errors.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * A window that slides over the positions of a generation while the next chunk is already being read: one buffer is
 * looked at, the other filled. Each buffer has room in front of its chunk for the part of a frame that the chunk before
 * ended with. Memory: two chunks and two frames.
 *
 * <p>Owner of all fields is whoever calls; one call at a time, the next after the future of the last. A read under way
 * touches only the buffer that is not looked at.
 */
final class RingReader implements AutoCloseable {

    private static final int CHUNK_BYTES = 4 << 20;

    private final MediumIo io;
    private final RingGeometry geometry;
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
    private boolean closed;

    /**
     * @param from the first position wanted
     * @param limit no position from here on is read
     */
    RingReader(MediumIo io, RingGeometry geometry, long from, long limit) {
        this.io = io;
        this.geometry = geometry;
        this.limit = limit;
        this.headroom = geometry.maxFrameBytes();
        this.chunk = (int) Math.min(geometry.ringBytes(), Math.max(CHUNK_BYTES, geometry.maxFrameBytes()));
        for (int i = 0; i < 2; i++) {
            int bytes = headroom + chunk;
            owners[i] = io.allocator().directBuffer(bytes + BlockDevice.ALIGNMENT);
            buffers[i] = owners[i]
                    .nioBuffer(0, owners[i].capacity())
                    .alignedSlice(BlockDevice.ALIGNMENT)
                    .limit(bytes);
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
        int length = (int) Math.max(0, Math.min(chunk, Math.min(limit, geometry.lapEnd(from)) - from));
        aheadEnd = from + length;
        if (length == 0 || closed) {
            return CompletableFuture.completedFuture(null);
        }
        ByteBuffer target =
                buffers[1 - current].duplicate().limit(headroom + length).position(headroom);
        return io.submit("wal-read", () -> {
            readFully(io, geometry, from, target);
            return null;
        });
    }

    /** Fills {@code target} from a place that does not straddle a lap's end. Blocking. */
    static void readFully(MediumIo io, RingGeometry geometry, long position, ByteBuffer target) throws IOException {
        int wanted = target.remaining();
        if (io.device().read(target, geometry.physical(position)) < wanted) {
            throw new StorageException(
                    "block WAL " + io.name() + " is shorter than its ring of " + geometry.ringBytes() + " bytes");
        }
    }

    /** The buffers go when nobody reads into them any more. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            ahead.whenComplete((done, failed) -> {
                owners[0].release();
                owners[1].release();
            });
        }
    }
}
