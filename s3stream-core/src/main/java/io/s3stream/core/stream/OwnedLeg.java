package io.s3stream.core.stream;

import io.s3stream.core.append.StreamTail;
import io.s3stream.core.append.waiting.GrowthWaiters;
import java.util.concurrent.Executor;

/** An owned stream in a {@link ReadableWait}, whose lock guards it. */
final class OwnedLeg extends GrowthWaiters.Waiter {

    private static final int COUNTS = 3;

    private final ReadableWait wait;
    private final StreamTail tail;
    private final GrowthWaiters waiters;
    /** Bytes that were readable when the confirmed bytes were {@link #base}. */
    private final long available;

    private final long base;
    private long seen;
    private long mark;

    OwnedLeg(ReadableWait wait, ReadableRequest.Owned position, Executor callbacks) {
        this.wait = wait;
        this.tail = position.stream().tail();
        this.waiters = tail.growth(callbacks);
        // Confirmed bytes first: records that are confirmed during this may be counted twice, and are never missed.
        long before = tail.confirmedBytes();
        long bytes = position.bytes();
        for (int i = 1; i < COUNTS && tail.confirmedBytes() != before; i++) {
            before = tail.confirmedBytes();
            bytes = position.bytes();
        }
        this.base = before;
        this.seen = before;
        this.available = bytes;
    }

    /** Looks at the stream, and returns its readable bytes. */
    long look() {
        seen = tail.confirmedBytes();
        return available + grown();
    }

    long grown() {
        return seen - base;
    }

    boolean hasEnded() {
        return tail.ended().isDone();
    }

    /** Waits until the stream has grown by more than {@code bytes} since the last look. */
    void await(long bytes) {
        long next = Math.max(seen, bytes) > Long.MAX_VALUE / 2 ? Long.MAX_VALUE : seen + bytes + 1;
        if (next != mark) { // otherwise it waits for the mark, or was just woken and causes another check
            mark = next;
            waiters.await(this, next);
        }
    }

    /** Returns whether the stream has reached its mark, or ended, while the mark was set. */
    boolean isToBeChecked() {
        return tail.confirmedBytes() >= mark || hasEnded();
    }

    void remove() {
        waiters.remove(this);
    }

    @Override
    protected void wake() {
        if (hasEnded()) {
            wait.check(); // at once: the callback executor of a closing store may drop later tasks
        } else {
            wait.checkSoon();
        }
    }
}
