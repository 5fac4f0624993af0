package io.s3stream.core.metadata.log;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.errors.WrongStoreException;
import io.s3stream.core.metadata.log.MetadataSettings.Patience;
import io.s3stream.spi.runtime.Timer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The retries of one operation: the backoff before each retry, the timeout of each request, and the deadline of the
 * operation. {@link #finish} or {@link #fail} ends the operation once. Later answers are ignored. Confined to the
 * metadata's serial context.
 */
final class RetryScope {

    /** How long an operation with a deadline retries a refusal, such as a denied access: credentials may rotate. */
    private static final Duration REFUSAL_PATIENCE = Duration.ofSeconds(5);
    /**
     * How long an operation without a deadline repeats reads of damaged or missing objects. A proxy may answer in place
     * of the server.
     */
    private static final Duration DAMAGE_PATIENCE = Duration.ofSeconds(30);
    /** The slowest connection that must still succeed. */
    private static final long BYTES_PER_SECOND = 256 << 10;

    private static final int MAX_TIMEOUT_DOUBLINGS = 5;

    private final MetadataLog log;
    private final Patience patience;
    private final Consumer<Throwable> giveUp;
    private final @Nullable Timer deadline;
    private @Nullable Timer waiting;
    private @Nullable Throwable lastFailure;
    private int failures;
    private int timeouts;
    private long sentAt;
    private long refusedAt = Long.MAX_VALUE;
    private final Set<String> contradictions = new HashSet<>();
    private @Nullable String damage;
    private long damagedAt;
    private boolean over;

    /**
     * @param limit how long the operation may take; null: without limit
     * @param giveUp receives the reason when the operation fails
     */
    RetryScope(MetadataLog log, @Nullable Duration limit, Consumer<Throwable> giveUp) {
        this.log = log;
        this.patience = log.settings().patience();
        this.giveUp = giveUp;
        this.deadline = limit == null ? null : log.schedule(limit, () -> timeOut(limit));
    }

    boolean isOver() {
        return over;
    }

    void finish() {
        over = true;
        if (deadline != null) {
            deadline.cancel();
        }
        if (waiting != null) {
            waiting.cancel();
        }
    }

    /** Retries the task after a backoff, unless the failure is final. */
    void again(Throwable failure, Runnable task) {
        if (isFinal(failure)) {
            fail(failure);
            return;
        }
        lastFailure = failure;
        log.metrics().repeated();
        later(nextWait(), task);
    }

    /** Runs the task after a wait. Does not count as a failure. */
    void later(Duration wait, Runnable task) {
        waiting = log.schedule(wait, () -> {
            if (!over) {
                task.run();
            }
        });
    }

    /** Ends the operation with this failure. */
    void fail(Throwable failure) {
        finish();
        giveUp.accept(failure);
    }

    /** Returns the timeout of a request that transfers this number of bytes. */
    Duration requestTimeout(long bytes) {
        return patience.requestTimeout()
                .multipliedBy(1L << Math.min(timeouts, MAX_TIMEOUT_DOUBLINGS))
                .plusSeconds(bytes / BYTES_PER_SECOND);
    }

    /**
     * Records that a request was sent. The storage may repeat a request itself for some time before it reports a
     * refusal.
     */
    void requestSent() {
        sentAt = log.runtime().nanoTime();
    }

    /** Records a timeout; the next request gets a longer one. */
    void requestTimedOut() {
        timeouts++;
    }

    /**
     * Returns whether no retry can help. A contradicting head or a wrong store is final when a second read finds
     * exactly the same. Damage and absence are final when all reads of some seconds agree [R44]. A confused server, or
     * a proxy before it, repeats the same wrong answer. A refusal that lasts is final for an operation with a deadline.
     * A node with work to commit keeps retrying.
     */
    private boolean isFinal(Throwable failure) {
        if (failure instanceof NotContinuedException || failure instanceof WrongStoreException) {
            return !contradictions.add(String.valueOf(failure.getMessage()));
        }
        if (failure instanceof CorruptedDataException) {
            return isLasting(String.valueOf(failure.getMessage()));
        }
        if (deadline == null || !(failure instanceof StreamException known) || known.isRetriable()) {
            return false;
        }
        refusedAt = Math.min(refusedAt, sentAt);
        return log.runtime().nanoTime() - refusedAt >= REFUSAL_PATIENCE.toNanos();
    }

    private boolean isLasting(String found) {
        long now = log.runtime().nanoTime();
        if (!found.equals(damage)) {
            damage = found;
            damagedAt = now;
            return false;
        }
        Duration limit = deadline == null ? DAMAGE_PATIENCE : REFUSAL_PATIENCE;
        return now - damagedAt >= limit.toNanos();
    }

    private Duration nextWait() {
        int doublings = Math.min(failures++, 30);
        long limit =
                Math.min(patience.maxBackoff().toNanos(), patience.minBackoff().toNanos() << Math.min(doublings, 20));
        long half = Math.max(1, limit / 2);
        return Duration.ofNanos(half + Long.remainderUnsigned(log.runtime().randomLong(), half));
    }

    private void timeOut(Duration limit) {
        if (!over) {
            String why = lastFailure == null ? "" : "; the last failure: " + lastFailure.getMessage();
            fail(new StorageException(
                    "metadata: no success within " + limit + ", " + failures + " retries" + why, lastFailure));
        }
    }
}
