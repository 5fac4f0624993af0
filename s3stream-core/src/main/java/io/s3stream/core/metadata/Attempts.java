package io.s3stream.core.metadata;

import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.spi.runtime.Timer;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tries of one operation: how long to wait before the next, and when to give up. An operation ends once, by {@link
 * #finish} or by giving up, and whatever of it still comes back later is ignored. For the metadata's serial context.
 */
final class Attempts {

    private final MetadataLog log;
    private final Consumer<Throwable> giveUp;
    private final Timer deadline;
    private @Nullable Timer waiting;
    private @Nullable Throwable lastFailure;
    private int failures;
    private boolean over;

    Attempts(MetadataLog log, Consumer<Throwable> giveUp) {
        this.log = log;
        this.giveUp = giveUp;
        this.deadline = log.schedule(log.settings().giveUpAfter(), this::timeOut);
    }

    boolean isOver() {
        return over;
    }

    void finish() {
        over = true;
        deadline.cancel();
        if (waiting != null) {
            waiting.cancel();
        }
    }

    /** Tries again later, if the failure may pass. */
    void again(Throwable failure, Runnable task) {
        if (failure instanceof Error || (failure instanceof StreamException known && !known.isRetriable())) {
            end(failure);
            return;
        }
        lastFailure = failure;
        log.metrics().repeated();
        later(nextWait(), task);
    }

    /** Tries again later, for a reason that is nobody's failure. */
    void later(Duration wait, Runnable task) {
        waiting = log.schedule(wait, () -> {
            if (!over) {
                task.run();
            }
        });
    }

    private Duration nextWait() {
        int doublings = Math.min(failures++, 30);
        long limit = Math.min(
                log.settings().maxBackoff().toNanos(),
                log.settings().minBackoff().toNanos() << Math.min(doublings, 20));
        long half = Math.max(1, limit / 2);
        return Duration.ofNanos(half + Long.remainderUnsigned(log.runtime().randomLong(), half));
    }

    private void timeOut() {
        if (!over) {
            end(new StorageException(
                    "metadata: no success within " + log.settings().giveUpAfter() + ", " + failures + " retries",
                    lastFailure));
        }
    }

    private void end(Throwable failure) {
        finish();
        giveUp.accept(failure);
    }
}
