package io.s3stream.wal.common;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.layout.FrameFormat;
import io.s3stream.spi.wal.Replay;
import io.s3stream.spi.wal.Replay.ReplayedFrame;
import io.s3stream.spi.wal.WalInspection.FoundGeneration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Counts the intact frames of one generation for an inspection, and notes why they end. Owned by one walk. */
public final class FrameTally {

    private long frames;
    private long first;
    private long last;
    private long ackedThrough;
    private long bytes;
    private @Nullable String end;

    /**
     * Counts all frames of a replay. Loops while frames are in memory, so that completed futures do not deepen the
     * stack.
     *
     * @param executor continues the walk after a read
     */
    public CompletableFuture<Void> follow(Replay replay, Executor executor) {
        CompletableFuture<Optional<ReplayedFrame>> next = replay.next();
        while (next.isDone() && !next.isCompletedExceptionally()) {
            if (!add(next.join())) {
                return CompletableFuture.completedFuture(null);
            }
            next = replay.next();
        }
        return next.thenComposeAsync(
                frame -> add(frame) ? follow(replay, executor) : CompletableFuture.completedFuture(null), executor);
    }

    /** Returns whether there was a frame. */
    private boolean add(Optional<ReplayedFrame> next) {
        if (next.isEmpty()) {
            return false;
        }
        ReplayedFrame frame = next.get();
        first = frames++ == 0 ? frame.sequence() : first;
        last = frame.sequence();
        bytes += frame.bytes().remaining();
        ackedThrough = Math.max(
                ackedThrough,
                FrameFormat.readHeader(frame.bytes(), frame.bytes().position()).ackedThrough());
        return true;
    }

    public boolean isEmpty() {
        return frames == 0;
    }

    /** Notes the reason why the frames end, other than the end of the log. */
    public void endAt(String reason) {
        end = reason;
    }

    /** Notes damage as the end of the frames, and completes. Any other failure fails the returned future. */
    public CompletableFuture<Void> endAtDamage(CompletableFuture<Void> reading) {
        return reading.exceptionallyCompose(error -> {
            Throwable cause = Futures.unwrap(error);
            if (cause instanceof CorruptedDataException) {
                endAt(String.valueOf(cause.getMessage()));
                return CompletableFuture.completedFuture(null);
            }
            return CompletableFuture.failedFuture(cause);
        });
    }

    public FoundGeneration describe(UUID storeId, int nodeId, long walEpoch, boolean isFenced) {
        return new FoundGeneration(
                storeId,
                nodeId,
                walEpoch,
                frames,
                first,
                last,
                ackedThrough,
                bytes,
                isFenced,
                Optional.ofNullable(end));
    }
}
