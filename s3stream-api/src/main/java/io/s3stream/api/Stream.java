package io.s3stream.api;

import java.util.concurrent.CompletableFuture;

/**
 * A handle that owns a stream, and appends to it: {@code startOffset ≤ confirmOffset ≤ nextOffset}. Thread-safe. {@link
 * StreamStore#openStream} opens one. A store has at most one owner handle for a stream.
 */
public interface Stream extends StreamReader {

    /** The epoch of this ownership. The store gives it: each one is greater by one than the one before. */
    long epoch();

    /**
     * The greatest epoch that a caller gave with an opening of the stream, this one included; 0 if none did. See {@link
     * OpenOptions#epoch}.
     */
    long callerEpoch();

    /**
     * Appends a batch. Blocks the calling thread while there is no memory for the batch, up to the store's {@link
     * StoreConfig#appendTimeout()}. It does not wait for the batch to be durable. The batch is copied when this returns.
     *
     * @throws io.s3stream.api.errors.StoreBusyException still no memory after that time, or the thread was interrupted;
     *     the batch was not enqueued
     * @throws io.s3stream.api.errors.StreamSealedException the stream is sealed; the batch was not enqueued
     * @throws io.s3stream.api.errors.InvalidRequestException larger than {@link #maxAppendBytes()}
     */
    default AppendResult append(RecordBatch batch) {
        return append(batch, OffsetStamp.NONE);
    }

    /**
     * Appends as {@link #append(RecordBatch)} does, and stamps the assigned offset into the payload.
     *
     * @param stamp called at most once, on this thread; an exception that it throws leaves the stream unchanged
     * @throws io.s3stream.api.errors.InvalidRequestException also for a read-only payload, and for a stamp that
     *     appends to the same stream
     */
    AppendResult append(RecordBatch batch, OffsetStamp stamp);

    /** Appends as {@link #append(RecordBatch)} does, and never blocks. */
    default AppendResult tryAppend(RecordBatch batch) {
        return tryAppend(batch, OffsetStamp.NONE);
    }

    /** Appends as {@link #append(RecordBatch, OffsetStamp)} does, and never blocks. */
    AppendResult tryAppend(RecordBatch batch, OffsetStamp stamp);

    /**
     * Appends only if the batch will get {@code expectedOffset}: the idempotent retry of a caller that knows its place.
     * Blocks as {@link #append(RecordBatch)} does. The caller knows the offset, so it needs no stamp.
     *
     * @throws io.s3stream.api.errors.OffsetConflictException with the actual next offset; the batch was not enqueued
     */
    AppendResult appendAt(long expectedOffset, RecordBatch batch);

    /** Appends as {@link #appendAt} does, and never blocks. */
    AppendResult tryAppendAt(long expectedOffset, RecordBatch batch);

    /** Completes when {@link #tryAppend} of a batch of {@code bytes} is likely to be accepted. */
    CompletableFuture<Void> writable(int bytes);

    /**
     * Moves the start of the stream to {@code newStart}. Idempotent; a value below the current start does nothing.
     *
     * @param newStart in {@code [0, confirmOffset]}
     * @return fails with {@link io.s3stream.api.errors.InvalidRequestException} outside that range
     */
    CompletableFuture<Void> trim(long newStart);

    /**
     * The offset that the next append gets. Waits for a group append that is being enqueued, which takes microseconds.
     */
    long nextOffset();

    /** Uploads all earlier appends to object storage; completes when that is committed. */
    CompletableFuture<Void> flush();

    /** The largest payload that {@link #append} takes. */
    int maxAppendBytes();

    /** Uploads the data that is only in the WAL, and releases the ownership. Idempotent. */
    @Override
    CompletableFuture<Void> close();
}
