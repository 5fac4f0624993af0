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
 * Appends as the engine does: several in flight, acknowledged in order, and trimmed when the WAL is half full. Overwrites
 * each buffer as soon as its append has completed, so that a WAL that still reads it writes nonsense.
 *
 * <p>One thread appends and owns everything; any thread may read what was acknowledged and freeze the trims.
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

    /** The last frame that was acknowledged in order. */
    long acked() {
        return acked;
    }

    /** Why it ended; null if it was not the WAL's doing. Once it has ended. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** What counts as committed: space before it may have been reused. */
    synchronized WalAnchor trimmed() {
        return trimmed;
    }

    /** From now on nothing is trimmed, as when a newer opener has registered (R11). */
    synchronized WalAnchor freeze() {
        frozen = true;
        return trimmed;
    }

    /** A newer opener's fence has returned. */
    void fenceReturned() {
        fenced = true;
    }

    void stop() {
        stopped = true;
    }

    void awaitAcked(long sequence) {
        Awaitility.await("acknowledged through " + sequence).until(() -> acked >= sequence || stopped);
    }

    /** Runs on a thread of its own until it is stopped or the WAL fails; the future fails if a rule was broken. */
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

    /** Appends this many frames, and waits for them. */
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

    /** In order, up to the first that has not completed. */
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
            Thread.onSpinWait(); // full, and nothing may be trimmed: it waits to be stopped
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
