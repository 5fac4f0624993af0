package io.s3stream.cli.stream;

import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.Output;
import io.s3stream.cli.terminal.ToolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Prints acknowledgements at once. Acknowledgements that arrive during a write are printed together by the next write.
 * The number of appends that are not yet printed is bounded, so a slow reader of standard output slows the appends
 * down.
 */
final class AckPrinter implements AutoCloseable {

    private static final int MAX_OUTSTANDING = 64 << 10;
    private static final byte[] PREFIX = "ACK ".getBytes(StandardCharsets.US_ASCII);

    private final Output out;
    private final Thread thread = new Thread(this::print, "ack-printer");
    private final Semaphore outstanding = new Semaphore(MAX_OUTSTANDING);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private byte[] collected = new byte[64 << 10];
    private int length;
    private int count;
    private boolean ended;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    AckPrinter(Output out) {
        this.out = out;
        thread.setDaemon(true);
        thread.start();
    }

    /** Announces an append. Waits while too many are outstanding. Throws an earlier failure. */
    void expectOne() {
        outstanding.acquireUninterruptibly();
        throwFailure();
    }

    /** Receives the offset or the failure of an append. */
    void completed(@Nullable Long offset, @Nullable Throwable error) {
        lock.lock();
        try {
            if (error != null || offset == null) {
                fail(error == null ? new ToolException("append completed without an offset") : error);
            } else {
                add(offset);
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all announced appends are printed. */
    void finish() {
        outstanding.acquireUninterruptibly(MAX_OUTSTANDING);
        throwFailure();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            ended = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void throwFailure() {
        Throwable reason = failure.get();
        if (reason != null) {
            throw Futures.unchecked(reason);
        }
    }

    private void fail(Throwable reason) {
        if (failure.compareAndSet(null, reason)) {
            outstanding.release(MAX_OUTSTANDING); // pending callers fail now
        }
    }

    private void add(long offset) {
        byte[] digits = Long.toString(offset).getBytes(StandardCharsets.US_ASCII);
        int needed = PREFIX.length + digits.length + 1;
        if (length + needed > collected.length) {
            collected = Arrays.copyOf(collected, collected.length * 2);
        }
        System.arraycopy(PREFIX, 0, collected, length, PREFIX.length);
        System.arraycopy(digits, 0, collected, length + PREFIX.length, digits.length);
        length += needed;
        collected[length - 1] = '\n';
        count++;
    }

    private void print() {
        byte[] spare = new byte[64 << 10];
        while (true) {
            byte[] full;
            int bytes;
            int acks;
            lock.lock();
            try {
                while (length == 0 && !ended) {
                    changed.awaitUninterruptibly();
                }
                if (length == 0) {
                    return;
                }
                full = collected;
                bytes = length;
                acks = count;
                collected = spare;
                length = 0;
                count = 0;
            } finally {
                lock.unlock();
            }
            try {
                out.bytes(ByteBuffer.wrap(full, 0, bytes));
                out.flush();
                outstanding.release(acks);
            } catch (RuntimeException e) {
                fail(e);
                return;
            }
            spare = full;
        }
    }
}
