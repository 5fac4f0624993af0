package io.s3stream.cli.bench;

import io.s3stream.api.AppendResult;
import io.s3stream.cli.terminal.Futures;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The appends of one producer that are not known to be durable, oldest first. A full window waits until half of it is
 * durable, so that many appends share the cost of a wait. Used by one thread; other threads may read the count.
 */
public final class Window {

    private static final int LOOK_EVERY = 32;

    private final @Nullable AppendResult[] ring;
    private final AtomicLong done = new AtomicLong();
    private long head;
    private long tail;

    public Window(int size) {
        this.ring = new AppendResult[size];
    }

    /** Returns the number of durable appends. */
    long done() {
        return done.get();
    }

    public void add(AppendResult append) {
        if (tail - head == ring.length) {
            Futures.await(at(head + ring.length / 2).durable());
            settle();
        } else if (tail % LOOK_EVERY == 0) {
            settle();
        }
        if (tail - head == ring.length) {
            Futures.await(at(head).durable());
            settle();
        }
        ring[(int) (tail++ % ring.length)] = append;
    }

    /** Waits until all appends are durable. */
    public void finish() {
        while (head < tail) {
            Futures.await(at(head).durable());
            settle();
        }
    }

    private void settle() {
        while (head < tail && at(head).durable().isDone()) {
            Futures.await(at(head).durable());
            ring[(int) (head++ % ring.length)] = null;
        }
        done.lazySet(head);
    }

    private AppendResult at(long place) {
        return Objects.requireNonNull(ring[(int) (place % ring.length)]);
    }
}
