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
        int rounded = Math.max(4096, Integer.highestOneBit(Math.max(1, bytes - 1)) << 1);
        return ByteBuffer.allocateDirect(rounded > 0 ? rounded : bytes);
    }

    /** Takes back a buffer that no request reads. */
    void giveBack(ByteBuffer buffer) {
        if (unusedBytes + buffer.capacity() <= limit) {
            unused.addLast(buffer);
            unusedBytes += buffer.capacity();
        }
    }
}
