package io.s3stream.core.stream;

import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.core.errors.Failures;
import io.s3stream.spi.runtime.EngineRuntime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Blocks the threads of callers until there is memory for their appends, up to the append timeout. Immutable. */
public final class WaitingAppends {

    private final EngineRuntime runtime;
    private final Duration timeout;

    /** @param timeout from the first refusal on */
    public WaitingAppends(EngineRuntime runtime, Duration timeout) {
        this.runtime = runtime;
        this.timeout = timeout;
    }

    /**
     * Appends as soon as there is memory.
     *
     * @param refused the refusal of the first attempt
     * @param attempt throws {@link StoreBusyException} if there is no memory
     * @param room asks for memory; cancelled when the wait is over
     * @throws StoreBusyException after the timeout, or if the thread is interrupted
     */
    public <T> T append(
            String what, StoreBusyException refused, Supplier<T> attempt, Supplier<CompletableFuture<Void>> room) {
        StoreBusyException last = refused;
        long deadline = runtime.nanoTime() + timeoutNanos();
        while (awaitRoom(what, room, Duration.ofNanos(deadline - runtime.nanoTime()))) {
            try {
                return attempt.get();
            } catch (StoreBusyException busy) {
                last = busy;
            }
        }
        throw last;
    }

    private long timeoutNanos() {
        return Math.min(TimeUnit.NANOSECONDS.convert(timeout), Long.MAX_VALUE / 4);
    }

    private static boolean awaitRoom(String what, Supplier<CompletableFuture<Void>> asked, Duration left) {
        if (left.isNegative() || left.isZero()) {
            return false;
        }
        CompletableFuture<Void> room = asked.get();
        try {
            room.get(left.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            room.cancel(false);
            return false;
        } catch (InterruptedException e) {
            room.cancel(false);
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw Failures.asStreamException(what + ": waiting for memory", e);
        }
    }
}
