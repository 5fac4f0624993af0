package io.s3stream.core.storage;

import io.s3stream.spi.storage.ObjectBody;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Direct memory for small pieces of large bodies, one buffer for each put in progress, kept for the next put. Without it
 * such pieces would be on the heap, and the JDK would copy them to direct memory of its own. Thread-safe.
 */
final class ScratchBuffers {

    static final int BYTES = 256 << 10;

    /** For bodies of large pieces. */
    static final ByteBuffer NONE = ByteBuffer.allocate(0);

    private final Queue<ByteBuffer> free = new ConcurrentLinkedQueue<>();

    /** Writes a body. */
    @FunctionalInterface
    interface Use {
        void with(ByteBuffer scratch) throws IOException;
    }

    /** Calls {@code use} with a buffer, which is empty if the body is too small to need one. */
    void lend(ObjectBody body, Use use) throws IOException {
        if (body.length() < BYTES) {
            use.with(NONE);
            return;
        }
        ByteBuffer buffer = free.poll();
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(BYTES);
        }
        try {
            use.with(buffer);
        } finally {
            buffer.clear();
            free.add(buffer);
        }
    }
}
