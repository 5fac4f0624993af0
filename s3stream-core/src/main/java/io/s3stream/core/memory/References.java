package io.s3stream.core.memory;

import java.util.concurrent.atomic.AtomicInteger;

/** A reference count that begins at one. A count of zero is final. Thread-safe. */
public final class References {

    private final AtomicInteger count = new AtomicInteger(1);

    /** Adds a reference unless the count is zero. Returns whether it did. */
    public boolean retainIfAlive() {
        int present = count.get();
        while (present > 0) {
            if (count.compareAndSet(present, present + 1)) {
                return true;
            }
            present = count.get();
        }
        return false;
    }

    /** Removes a reference. Returns whether it was the last. */
    public boolean release() {
        int left = count.decrementAndGet();
        if (left < 0) {
            throw new IllegalStateException("released more often than retained");
        }
        return left == 0;
    }
}
