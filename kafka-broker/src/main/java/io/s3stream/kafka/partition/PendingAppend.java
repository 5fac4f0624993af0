package io.s3stream.kafka.partition;

import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * An append between its call and its answer. The log decides the outcome under its lock, and completes the future
 * after it has released the lock, so that no dependent of the future runs under the lock.
 */
final class PendingAppend {

    private final MemoryRecords records;
    private final MutableRecordBatch batch;
    private final AppendOrigin origin;
    private final CompletableFuture<AppendedBatch> future = new CompletableFuture<>();

    /** The outcome: one of both is set before {@link #complete}. Guarded by the lock of the log until then. */
    private @Nullable AppendedBatch appended;

    private @Nullable Throwable error;

    PendingAppend(MemoryRecords records, MutableRecordBatch batch, AppendOrigin origin) {
        this.records = records;
        this.batch = batch;
        this.origin = origin;
    }

    MemoryRecords records() {
        return records;
    }

    MutableRecordBatch batch() {
        return batch;
    }

    AppendOrigin origin() {
        return origin;
    }

    int bytes() {
        return batch.sizeInBytes();
    }

    CompletableFuture<AppendedBatch> future() {
        return future;
    }

    void succeed(AppendedBatch outcome) {
        appended = outcome;
    }

    void fail(Throwable outcome) {
        error = outcome;
    }

    /** Whether the append is settled with an offset. */
    boolean isAppended() {
        return appended != null;
    }

    /** The outcome of an append that is settled; throws as it failed. */
    AppendedBatch outcome() {
        if (error instanceof RuntimeException exception) {
            throw exception;
        }
        if (error instanceof Error failure) {
            throw failure;
        }
        if (appended == null) {
            throw new IllegalStateException("an append without an outcome", error);
        }
        return appended;
    }

    /** Tells the caller the outcome. The caller of this method holds no lock. */
    void complete() {
        if (error != null) {
            future.completeExceptionally(error);
        } else {
            future.complete(appended);
        }
    }
}
