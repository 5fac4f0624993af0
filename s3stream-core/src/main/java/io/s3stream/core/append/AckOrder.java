package io.s3stream.core.append;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Decides which frame is acknowledged next: the oldest frame in flight, once it is durable. Owned by the append
 * context. Not final, so that tests can break it on purpose.
 */
public class AckOrder {

    /** More frames than a WAL has in flight, so that adding a frame allocates nothing. */
    private static final int CAPACITY = 255;

    /** Frames issued and not yet acknowledged, oldest first. */
    protected final Deque<IssuedFrame> window = new ArrayDeque<>(CAPACITY);

    void issued(IssuedFrame frame) {
        window.add(frame);
    }

    int inFlight() {
        return window.size();
    }

    /** Takes the next frame to acknowledge, or null. */
    @Nullable
    public IssuedFrame takeAcknowledgeable() {
        IssuedFrame oldest = window.peek();
        return oldest != null && oldest.isDurable() ? window.remove() : null;
    }

    /** Returns the oldest frame that was issued and not acknowledged, or null. */
    @Nullable
    IssuedFrame oldest() {
        return window.peek();
    }

    /** Removes the oldest frame after a failure. */
    void removeOldest() {
        window.poll();
    }
}
