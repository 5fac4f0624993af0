package io.s3stream.wal.s3;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Buffers of our own that PUTs read from (R29, L4). An HTTP client that gave up on a request may go on reading its body
 * and does not say for how long, but the engine's slabs are used again as soon as an append has completed. So a frame is
 * copied, and a buffer that may still be read is left to the garbage collector instead of being used again. One copy costs
 * little beside a PUT.
 *
 * <p>Owned by the medium's serial context. Keeps at most {@code limit} bytes of unused buffers.
 */
final class FrameCopies {

    private final long limit;
    private final Deque<ByteBuffer> unused = new ArrayDeque<>();
    private long unusedBytes;

    FrameCopies(long limit) {
        this.limit = limit;
    }

    /** A copy, from position 0. */
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
        int rounded = Math.max(4096, Integer.highestOneBit(Math.max(1, bytes - 1)) << 1);
        return ByteBuffer.allocateDirect(rounded > 0 ? rounded : bytes);
    }

    /** Nobody reads it any more. */
    void giveBack(ByteBuffer buffer) {
        if (unusedBytes + buffer.capacity() <= limit) {
            unused.addLast(buffer);
            unusedBytes += buffer.capacity();
        }
    }
}
