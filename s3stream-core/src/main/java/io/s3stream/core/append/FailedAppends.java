package io.s3stream.core.append;

import io.s3stream.api.errors.AppendFailedException;
import io.s3stream.api.errors.AppendFailedException.Outcome;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.metrics.AppendMetrics;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells appends that they failed, and keeps those whose outcome is not known yet until it is, as far as it ever will be.
 * Owned by the append context.
 */
final class FailedAppends {

    private final CallbackQueue callbacks;
    private final AppendMetrics metrics;
    private final List<PendingAppend> unsettled = new ArrayList<>();
    private StreamException reason = new StorageException("the store failed");

    /** @param callbacks where the failures are collected; to be flushed by the caller */
    FailedAppends(CallbackQueue callbacks, AppendMetrics metrics) {
        this.callbacks = callbacks;
        this.metrics = metrics;
    }

    /** Why all that follow fail. */
    void because(StreamException failure) {
        reason = failure;
    }

    /** A WAL may have written them. */
    void addUnsettled(List<PendingAppend> appends) {
        unsettled.addAll(appends);
    }

    /** Fails those that were waiting for their outcome. */
    void settle(Outcome outcome) {
        fail(unsettled, outcome);
        unsettled.clear();
    }

    /** Fails appends, and ends their streams. */
    void fail(List<PendingAppend> appends, Outcome outcome) {
        for (PendingAppend append : appends) {
            AppendFailedException error = new AppendFailedException(
                    reason.kind(),
                    outcome,
                    "stream=" + append.tail().id() + " offset=" + append.baseOffset() + ": " + reason.getMessage(),
                    reason);
            append.tail().end(reason);
            metrics.failed(outcome != Outcome.NOT_WRITTEN);
            callbacks.fail(append, error);
        }
    }
}
