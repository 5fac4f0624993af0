package io.s3stream.core.memory;

import java.util.concurrent.atomic.AtomicInteger;

/** A count of references, beginning with one; once it is zero it stays there. Thread-safe. */
public final class References {

    private final AtomicInteger count = new AtomicInteger(1);

    /** One more, unless the last one is gone already. */
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

    /** One less; answers whether it was the last. */
    public boolean release() {
        int left = count.decrementAndGet();
        if (left < 0) {
            throw new IllegalStateException("released more often than retained");
        }
        return left == 0;
    }
}
