package io.s3stream.core.append;

import io.s3stream.core.memory.Slab;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A sealed frame that was issued to the WAL. Holds a reference on its slab. Owned by the append context. */
public final class IssuedFrame {

    private final long sequence;
    private @Nullable Slab slab; // null after its release
    private final int bytes;
    private final long payloadBytes;
    private final long endPosition;
    private final int chain;
    private final List<PendingAppend> appends;
    private boolean durable;

    IssuedFrame(
            long sequence,
            Slab slab,
            int bytes,
            long payloadBytes,
            long endPosition,
            int chain,
            List<PendingAppend> appends) {
        this.sequence = sequence;
        this.slab = slab;
        this.bytes = bytes;
        this.payloadBytes = payloadBytes;
        this.endPosition = endPosition;
        this.chain = chain;
        this.appends = appends;
    }

    public long sequence() {
        return sequence;
    }

    int bytes() {
        return bytes;
    }

    /** Returns the payload bytes of the records, without their headers. */
    long payloadBytes() {
        return payloadBytes;
    }

    long endPosition() {
        return endPosition;
    }

    int chain() {
        return chain;
    }

    List<PendingAppend> appends() {
        return appends;
    }

    public boolean isDurable() {
        return durable;
    }

    void markDurable() {
        durable = true;
    }

    /** Returns the slab with the frame, or null after its release. */
    @Nullable
    Slab slab() {
        return slab;
    }

    /** Releases the reference on the slab. Further calls have no effect. */
    void releaseSlab() {
        Slab held = slab;
        slab = null;
        if (held != null) {
            held.release();
        }
    }
}
