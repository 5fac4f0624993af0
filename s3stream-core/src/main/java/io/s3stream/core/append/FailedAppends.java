package io.s3stream.core.append;

import io.s3stream.api.errors.AppendFailedException;
import io.s3stream.api.errors.AppendFailedException.Outcome;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.memory.AppendCost;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.metrics.AppendMetrics;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fails appends. Keeps appends whose outcome is unknown until it is known or will never be. Releases their memory
 * charge. Owned by the append context.
 */
final class FailedAppends {

    private static final Logger LOG = LoggerFactory.getLogger(FailedAppends.class);

    private final MemoryBudget budget;
    private final CallbackQueue callbacks;
    private final AppendMetrics metrics;
    private final List<PendingAppend> unsettled = new ArrayList<>();
    private StreamException reason = new StorageException("the store failed");

    /** @param callbacks collects the failures; the caller must flush it */
    FailedAppends(MemoryBudget budget, CallbackQueue callbacks, AppendMetrics metrics) {
        this.budget = budget;
        this.callbacks = callbacks;
        this.metrics = metrics;
    }

    /** Sets the reason of all later failures. */
    void because(StreamException failure) {
        reason = failure;
    }

    /** Keeps appends that a WAL may have written. */
    void addUnsettled(List<PendingAppend> appends) {
        unsettled.addAll(appends);
    }

    /** Fails the appends that waited for their outcome. */
    void settle(Outcome outcome) {
        fail(unsettled, outcome);
        unsettled.clear();
    }

    /** Fails appends and ends their streams. */
    void fail(List<PendingAppend> appends, Outcome outcome) {
        fail(appends, outcome, reason);
    }

    /** Fails appends with a specific reason and ends their streams. */
    void fail(List<PendingAppend> appends, Outcome outcome, StreamException why) {
        for (PendingAppend append : appends) {
            try {
                budget.release(AppendCost.OBJECT_BYTES);
                append.tail().end(why);
                metrics.failed(outcome != Outcome.NOT_WRITTEN);
                callbacks.fail(append, failure(append, outcome, why));
            } catch (OutOfMemoryError e) {
                LOG.error("no memory left to report the failure of an append; completing it directly", e);
                append.completeExceptionally(why); // at once, so that the other appends are completed, too
            }
        }
    }

    private static AppendFailedException failure(PendingAppend append, Outcome outcome, StreamException why) {
        return new AppendFailedException(
                why.kind(),
                outcome,
                "stream=" + append.tail().id() + " offset=" + append.baseOffset() + ": " + why.getMessage(),
                why);
    }
}
