package io.s3stream.core.append.claims;

import io.s3stream.layout.RecordEncoder;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Encoders for one slab, because an encoder serves one thread at a time. A few are kept, so that an append allocates none.
 * Lock-free and thread-safe.
 */
final class RecordEncoders {

    private static final int KEPT = 8; // a power of two

    /** Places between two encoders, so that threads do not share a line of the processor's cache. */
    private static final int STRIDE = 16;

    private final ByteBuffer memory;
    private final AtomicReferenceArray<@Nullable RecordEncoder> free = new AtomicReferenceArray<>((KEPT + 1) * STRIDE);

    RecordEncoders(ByteBuffer memory) {
        this.memory = memory;
    }

    RecordEncoder take() {
        int place = placeOfThread();
        RecordEncoder kept = free.get(place) == null ? null : free.getAndSet(place, null);
        return kept == null ? new RecordEncoder(memory) : kept;
    }

    void giveBack(RecordEncoder encoder) {
        free.setRelease(placeOfThread(), encoder);
    }

    private static int placeOfThread() {
        return (((int) Thread.currentThread().getId() & (KEPT - 1)) + 1) * STRIDE - 1;
    }
}
