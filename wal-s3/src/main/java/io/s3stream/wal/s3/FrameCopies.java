package io.s3stream.wal.s3;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Copies frames into buffers that PUTs read from (R29, L4). The engine reuses a slab as soon as its appends have
 * completed. But an HTTP client may continue to read the body of a failed request, for an unknown time. So each PUT
 * reads a copy. A buffer that a request may still read is left to the garbage collector and never reused. A copy is
 * cheap compared with a PUT.
 *
 * <p>Owned by the medium's serial context. Keeps at most {@code limit} bytes of unused buffers.
 */
final class FrameCopies {

    private static final int SMALLEST = 4096;
    private static final int LARGE = 1 << 20;

    private final long limit;
    private final Deque<ByteBuffer> unused = new ArrayDeque<>();
    private long unusedBytes;

    FrameCopies(long limit) {
        this.limit = limit;
    }

    /** Returns a copy of the frame, which begins at position 0. */
    ByteBuffer copy(ByteBuffer frame) {
        int bytes = frame.remaining();
        ByteBuffer buffer = take(bytes);
        buffer.clear().limit(bytes);
        buffer.put(0, frame, frame.position(), bytes);
        return buffer;
    }

    private ByteBuffer take(int bytes) {
        for (var all = unused.iterator(); all.hasNext(); ) {
            ByteBuffer buffer = all.next();
            if (buffer.capacity() >= bytes) {
                all.remove();
                unusedBytes -= buffer.capacity();
                return buffer;
            }
        }
        return ByteBuffer.allocateDirect(rounded(bytes));
    }

    /** Returns a power of two, or a multiple of a large one: few sizes, and little that stays unused. */
    private static int rounded(int bytes) {
        if (bytes <= LARGE) {
            return Math.max(SMALLEST, Integer.highestOneBit(Math.max(1, bytes - 1)) << 1);
        }
        long multiple = (bytes + LARGE - 1L) / LARGE * LARGE;
        return (int) Math.min(Integer.MAX_VALUE, multiple);
    }

    /** Takes back a buffer that no request reads. */
    void giveBack(ByteBuffer buffer) {
        if (unusedBytes + buffer.capacity() <= limit) {
            unused.addLast(buffer);
            unusedBytes += buffer.capacity();
        }
    }
}
