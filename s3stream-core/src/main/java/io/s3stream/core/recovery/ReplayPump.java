package io.s3stream.core.recovery;

import io.s3stream.core.errors.Failures;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.spi.runtime.SerialContext;
import io.s3stream.spi.wal.Replay;
import io.s3stream.spi.wal.Replay.ReplayedFrame;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Moves the frames of one generation into segments, in order, up to the last valid one [R6]. Used once, on the context.
 */
final class ReplayPump {

    private final SerialContext context;
    private final Runnable onFrame;
    private final RecoveryPlan.Step step;
    private final Replay replay;
    private final RecoveredSegments segments;
    private final CompletableFuture<Long> end = new CompletableFuture<>();

    ReplayPump(
            SerialContext context,
            Runnable onFrame,
            RecoveryPlan.Step step,
            Replay replay,
            RecoveredSegments segments) {
        this.context = context;
        this.onFrame = onFrame;
        this.step = step;
        this.replay = replay;
        this.segments = segments;
    }

    /** Completes with the last sequence taken. */
    CompletableFuture<Long> run() {
        next(step.after().sequence());
        return end.whenComplete((last, error) -> replay.close());
    }

    private void next(long last) {
        if (last >= step.clipAt()) {
            end.complete(last);
            return;
        }
        Failures.answerOf(replay::next)
                .thenComposeAsync(frame -> frame.isPresent() ? take(frame.get()) : nothing(last), context)
                .whenCompleteAsync(
                        (taken, error) -> {
                            if (error != null) {
                                end.completeExceptionally(error);
                            } else if (taken.isPresent()) {
                                next(taken.get());
                            }
                        },
                        context);
    }

    private CompletableFuture<Optional<Long>> nothing(long last) {
        end.complete(last);
        return CompletableFuture.completedFuture(Optional.empty());
    }

    private CompletableFuture<Optional<Long>> take(ReplayedFrame frame) {
        onFrame.run();
        CommittedPosition position = new CommittedPosition(
                frame.sequence(), step.generation().walEpoch(), frame.endPosition(), frame.checksum());
        return segments.add(frame.bytes(), position).thenApply(added -> Optional.of(frame.sequence()));
    }
}
