package io.s3stream.core.append;

import io.s3stream.core.memory.Slab;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A sealed frame on its way to the WAL, holding a reference on its slab. Owned by the append context. */
public final class IssuedFrame {

    private final long sequence;
    private @Nullable Slab slab; // until it is released
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

    /** Of its records, without their headers. */
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

    /** Gives back the reference on the slab; once, however often it is called. */
    void releaseSlab() {
        Slab held = slab;
        slab = null;
        if (held != null) {
            held.release();
        }
    }
}
