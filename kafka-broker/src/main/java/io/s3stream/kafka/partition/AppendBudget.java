package io.s3stream.kafka.partition;

import java.util.concurrent.atomic.AtomicLong;

/** Counts the bytes of all appends of a broker that wait for memory of the store, and limits them. Thread-safe. */
final class AppendBudget {

    private final long limit;
    private final AtomicLong used = new AtomicLong();

    AppendBudget(long limit) {
        this.limit = limit;
    }

    /** Reserves bytes unless the limit would be exceeded. A single append is never too large for an unused budget. */
    boolean tryReserve(long bytes) {
        long before = used.get();
        while (before == 0 || before + bytes <= limit) {
            if (used.compareAndSet(before, before + bytes)) {
                return true;
            }
            before = used.get();
        }
        return false;
    }

    void release(long bytes) {
        used.addAndGet(-bytes);
    }

    long used() {
        return used.get();
    }
}
