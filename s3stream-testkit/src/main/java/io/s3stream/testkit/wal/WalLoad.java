package io.s3stream.testkit.wal;

import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WriteAheadLog;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Appends as the engine does: several frames in flight, acknowledged in order, and trimmed when the WAL is half full.
 * It overwrites each buffer as soon as its append has completed. So a WAL that reads a buffer too late writes garbage.
 *
 * <p>The appending thread owns all state. Any thread may read the acknowledged sequence and freeze the trims.
 */
public final class WalLoad {

    private static final long DEADLINE_SECONDS = 60;

    private final WriteAheadLog log;
    private final WalFrames frames;
    private final Random random;
    private final Deque<Pending> inFlight = new ArrayDeque<>();
    private int inFlightBytes;
    private @Nullable Throwable failure;

    private volatile long acked;
    private volatile boolean fenced;
    private volatile boolean stopped;

    private WalAnchor trimmed;
    private boolean frozen;

    private record Pending(WalFrame frame, CompletableFuture<Void> written, boolean issuedAfterFence) {}

    WalLoad(WriteAheadLog log, WalFrames frames, long seed) {
        this.log = log;
        this.frames = frames;
        this.random = new Random(seed);
        this.acked = frames.start().sequence();
        this.trimmed = frames.start();
    }

    /** Returns the sequence of the last frame that was acknowledged in order. */
    long acked() {
        return acked;
    }

    /** Returns the failure of the WAL that ended the load, or null. Called after the end. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Returns the trimmed position, which counts as committed. Space before it may have been reused. */
    synchronized WalAnchor trimmed() {
        return trimmed;
    }

    /** Stops trimming, as after the registration of a newer opener (R11). Returns the trimmed position. */
    synchronized WalAnchor freeze() {
        frozen = true;
        return trimmed;
    }

    /** Notes that a newer opener's fence has returned. */
    void fenceReturned() {
        fenced = true;
    }

    void stop() {
        stopped = true;
    }

    void awaitAcked(long sequence) {
        Awaitility.await("acknowledged through " + sequence).until(() -> acked >= sequence || stopped);
    }

    /** Runs on a new thread until it is stopped or the WAL fails. The future fails if a rule was broken. */
    CompletableFuture<Void> start() {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        runWhile(() -> !stopped);
                        ended.complete(null);
                    } catch (Throwable e) {
                        ended.completeExceptionally(new AssertionError(e.getMessage(), e));
                    } finally {
                        stopped = true;
                    }
                },
                "test-wal-load");
        thread.setDaemon(true);
        thread.start();
        return ended;
    }

    /** Appends {@code count} frames, and waits for them. */
    void run(int count) {
        long last = frames.last().sequence() + count;
        runWhile(() -> frames.last().sequence() < last);
    }

    private void runWhile(BooleanSupplier goOn) {
        while (goOn.getAsBoolean() && failure == null) {
            acknowledge();
            if (!issue()) {
                awaitOldest();
            }
        }
        while (!inFlight.isEmpty()) {
            awaitOldest();
            acknowledge();
        }
    }

    private boolean issue() {
        int payload = random.nextInt(WalFrames.payloadOf(log.profile().maxFrameBytes() / 2));
        int bytes = frames.frameBytes(payload);
        boolean tooMuch =
                inFlightBytes > 0 && inFlightBytes + bytes > log.profile().maxInFlightBytes();
        if (failure != null || tooMuch || inFlight.size() >= log.profile().maxInFlight()) {
            return false;
        }
        boolean after = fenced;
        WalFrame frame = frames.next(log, payload, acked);
        if (frame == null) {
            trim();
            return false;
        }
        inFlight.add(new Pending(frame, log.append(frame), after));
        inFlightBytes += bytes;
        if (log.usedBytes() > log.profile().capacityBytes() / 2) {
            trim();
        }
        return true;
    }

    private synchronized void trim() {
        long last = trimmed.sequence();
        if (!frozen && acked > last) {
            long upTo = last + 1 + random.nextInt((int) (acked - last));
            trimmed = frames.anchor(upTo);
            log.trim(trimmed.endPosition());
        }
    }

    /** Acknowledges frames in order, up to the first append that has not completed. */
    private void acknowledge() {
        while (!inFlight.isEmpty() && inFlight.element().written().isDone()) {
            Pending oldest = inFlight.remove();
            inFlightBytes -= oldest.frame().bytes().remaining();
            scribble(oldest.frame().bytes());
            Throwable error = oldest.written().handle((done, e) -> e).join();
            if (failure == null && error != null) {
                failure = error;
            }
            if (failure == null) {
                if (oldest.issuedAfterFence()) {
                    throw new AssertionError("frame " + oldest.frame().sequence()
                            + " was issued after a newer opener's fence had returned, and completed");
                }
                acked = oldest.frame().sequence();
            }
        }
    }

    private void awaitOldest() {
        if (inFlight.isEmpty()) {
            Thread.onSpinWait(); // the WAL is full and trims are frozen: waits to be stopped
            return;
        }
        try {
            inFlight.element().written().handle((done, e) -> e).get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("an append does not complete within " + DEADLINE_SECONDS + " s", e);
        }
    }

    public static void scribble(ByteBuffer buffer) {
        for (int i = buffer.position(); i < buffer.limit(); i++) {
            buffer.put(i, (byte) 0xEE);
        }
    }
}
