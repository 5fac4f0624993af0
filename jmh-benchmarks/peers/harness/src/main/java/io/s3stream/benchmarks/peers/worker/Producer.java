package io.s3stream.benchmarks.peers.worker;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * Appends at a rate or at full speed, with a bounded number of records in flight. With a rate the latency of a record
 * counts from its due time (no coordinated omission). At full speed an append costs the producer no allocation.
 *
 * <p>The producer's thread owns the number of submitted records. Any thread adds to the number of durable records.
 */
final class Producer implements Runnable, Ack {

    private static final long NEVER = Long.MAX_VALUE;
    private static final long DRAIN_SECONDS = 30;
    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final int number;
    private final Journal journal;
    private final int window;
    private final double intervalNanos;
    private final Recorder latencies;
    private final AtomicLong durable = new AtomicLong();
    private final AtomicLong wakeAt = new AtomicLong(NEVER);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final CountDownLatch finished = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean stopping;
    private long submitted;
    private long seen;

    Producer(int number, Journal journal, int window, double intervalNanos, Recorder latencies) {
        this.number = number;
        this.journal = journal;
        this.window = window;
        this.intervalNanos = intervalNanos;
        this.latencies = latencies;
        this.thread = new Thread(this, "producer-" + number);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    @Override
    public void run() {
        try {
            append();
            drain();
        } catch (Exception | Error e) {
            failed(e);
        }
        finished.countDown();
        awaitRelease(); // an ended thread no longer reports its allocations
    }

    /** Returns the number of durable records. */
    long durableRecords() {
        return durable.get();
    }

    @Nullable
    Throwable failure() {
        return failure.get();
    }

    /** Stops appending, and returns when all records are durable. */
    void stop() throws InterruptedException {
        stopping = true;
        LockSupport.unpark(thread);
        finished.await();
    }

    /** Lets the thread end. */
    void release() {
        released.countDown();
    }

    @Override
    public void durable() {
        long count = durable.incrementAndGet();
        long target = wakeAt.get();
        if (count >= target && wakeAt.compareAndSet(target, NEVER)) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void failed(Throwable cause) {
        failure.compareAndSet(null, cause);
        stopping = true;
        LockSupport.unpark(thread);
    }

    private void append() throws Exception {
        long began = System.nanoTime();
        for (long n = 0; !stopping; n++) {
            Ack ack = this;
            if (intervalNanos > 0) {
                long due = began + (long) (n * intervalNanos);
                awaitTurn(due);
                ack = new TimedAck(due);
            }
            if (submitted - seen >= window) {
                awaitDurable(submitted - window / 2);
            }
            if (!stopping) {
                submitted++;
                journal.append(number, ack);
            }
        }
    }

    private void awaitTurn(long due) {
        for (long left = due - System.nanoTime(); left > 0 && !stopping; left = due - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    /** Waits until that many records are durable, so that many appends share the cost of one wait. */
    private void awaitDurable(long target) {
        seen = durable.get();
        while (seen < target && !stopping) {
            wakeAt.set(target);
            if (durable.get() < target) {
                LockSupport.parkNanos(this, CHECK_NANOS);
            }
            seen = durable.get();
        }
        wakeAt.set(NEVER);
    }

    private void drain() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DRAIN_SECONDS);
        while (durable.get() < submitted && failure.get() == null) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException((submitted - durable.get()) + " of " + submitted
                        + " records are not durable after " + DRAIN_SECONDS + " s");
            }
            wakeAt.set(submitted);
            if (durable.get() < submitted) {
                LockSupport.parkNanos(this, CHECK_NANOS);
            }
        }
    }

    private void awaitRelease() {
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Records the latency of one record. */
    private final class TimedAck implements Ack {

        private final long due;

        TimedAck(long due) {
            this.due = due;
        }

        @Override
        public void durable() {
            latencies.recordValue(Math.max(0, System.nanoTime() - due));
            Producer.this.durable();
        }

        @Override
        public void failed(Throwable cause) {
            Producer.this.failed(cause);
        }
    }
}
