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
 * The tries of one operation: how long to wait before the next, how long each may take, and when to give up. An operation
 * ends once, by {@link #finish} or by giving up, and whatever of it still comes back later is ignored. For the metadata's
 * serial context.
 */
final class RetryScope {

    /** How long a refusal, such as a denied access, is retried by an operation that has a limit: credentials may rotate. */
    private static final Duration REFUSAL_PATIENCE = Duration.ofSeconds(5);
    /** A node with work to commit repeats reads of damaged or absent objects for so long: a proxy may answer for the server. */
    private static final Duration DAMAGE_PATIENCE = Duration.ofSeconds(30);
    /** What the slowest connection transfers that is still served. */
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
     * @param limit when to give up; null: never
     * @param giveUp told the reason
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

    /** Tries again later, if the failure may pass. */
    void again(Throwable failure, Runnable task) {
        if (isFinal(failure)) {
            fail(failure);
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

    /** Gives up. */
    void fail(Throwable failure) {
        finish();
        giveUp.accept(failure);
    }

    /** How long a request may take that transfers so many bytes. */
    Duration requestTimeout(long bytes) {
        return patience.requestTimeout()
                .multipliedBy(1L << Math.min(timeouts, MAX_TIMEOUT_DOUBLINGS))
                .plusSeconds(bytes / BYTES_PER_SECOND);
    }

    /** A request is sent. The storage may repeat it itself for some time before it tells of a refusal. */
    void requestSent() {
        sentAt = log.runtime().nanoTime();
    }

    /** A request took too long: the next one may take longer. */
    void requestTimedOut() {
        timeouts++;
    }

    /**
     * A head that contradicts what this process knows, and a wrong store, are believed when they are found again just so. Damage and
     * absence are believed when all reads of some seconds agree [R44]: a server that is confused, or a proxy before it, answers in the
     * same wrong way for as long as that lasts. A refusal is final for an operation with a limit, once it has lasted; a node with work
     * to commit waits on.
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
            String why = lastFailure == null ? "" : "; the last: " + lastFailure.getMessage();
            fail(new StorageException(
                    "metadata: no success within " + limit + ", " + failures + " retries" + why, lastFailure));
        }
    }
}
