package io.s3stream.api;

import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * An open stream: {@code startOffset ≤ confirmOffset ≤ nextOffset}. Thread-safe. Futures complete on the store's
 * callback executor. A stream opened read-only refuses the calls that change it.
 *
 * <p>The positions of an owner are exact. The positions of a read-only stream are those of the newest metadata that its store
 * has read, so they may be as old as the store itself. The store reads the metadata at {@link #refresh}, when a fetch or a
 * search comes to the end of what is known, every 200 ms while a fetch or {@link #whenDurable} waits, and for calls such as
 * {@link StreamStore#describeStream}.
 */
public interface Stream {

    long id();

    /** The name it was created with, or empty. */
    String name();

    /**
     * The epoch of this ownership. The store gives it: each one is greater by one than the one before. Of a reader: that of the
     * present or last owner.
     */
    long epoch();

    /**
     * The greatest epoch that a caller gave with an opening of the stream, this one included; 0 if none did. See {@link
     * OpenOptions#epoch}.
     */
    long callerEpoch();

    /** Whether the stream takes no more appends, see {@link StreamStore#seal}. */
    boolean isSealed();

    /**
     * The epochs under which the readable records were appended, each with its first readable offset. Epochs and offsets ascend.
     * The records of an epoch end where the next one begins. The store keeps the newest 1,024 epochs of a stream; records before
     * the first one of the map have older epochs.
     *
     * @return unmodifiable, from {@link #startOffset} on; of a reader: of what is committed to object storage
     */
    NavigableMap<Long, Long> epochs();

    /**
     * Appends, waiting up to the store's {@code appendTimeout} for memory.
     *
     * @throws io.s3stream.api.errors.StoreBusyException nothing was enqueued
     * @throws io.s3stream.api.errors.StreamSealedException the stream is sealed; nothing was enqueued
     * @throws io.s3stream.api.errors.InvalidRequestException larger than {@link #maxAppendBytes()}
     */
    AppendResult append(RecordBatch batch);

    /** Like {@link #append} but never blocks. */
    AppendResult tryAppend(RecordBatch batch);

    /**
     * Appends only if the batch will get {@code expectedOffset}: the idempotent retry of a caller that knows its place.
     *
     * @throws io.s3stream.api.errors.ConflictException with the actual next offset; nothing was enqueued
     */
    AppendResult appendAt(long expectedOffset, RecordBatch batch);

    /** Completes when {@link #tryAppend} of a batch of {@code bytes} has a chance to succeed. */
    CompletableFuture<Void> writable(int bytes);

    /**
     * Reads whole batches from {@code start} up to {@code end} (exclusive, rounded up to a whole batch).
     *
     * @param start in {@code [startOffset, confirmOffset]}; may point into the middle of a batch
     * @param end {@link Long#MAX_VALUE} for as far as it goes
     * @param maxBytes payload bytes to stop after; at least one batch is returned whatever its size
     * @return fails with {@link io.s3stream.api.errors.OffsetOutOfRangeException} outside the range, and with {@link
     *     io.s3stream.api.errors.StoreBusyException} while unclosed results of this stream hold too much memory
     */
    CompletableFuture<FetchResult> fetch(long start, long end, int maxBytes, FetchOptions options);

    /** Everything before {@code newStart} may go. Idempotent; a lower value than the current start does nothing. */
    CompletableFuture<Void> trim(long newStart);

    /**
     * Reads the metadata again if they have changed. The positions are at least as new as this call when it completes. An
     * owner has nothing to read: its positions are exact.
     *
     * @return read-only: fails with {@link io.s3stream.api.errors.StreamNotFoundException} if the stream was deleted
     */
    CompletableFuture<Void> refresh();

    /** The first readable offset. */
    long startOffset();

    /** Everything before it is durable and readable. */
    long confirmOffset();

    /** The offset the next append will get. */
    long nextOffset();

    /**
     * Where a reader of data from {@code timestamp} on begins: the first readable batch whose {@link
     * RecordBatch#maxTimestamp()} is at least that. Timestamps need not grow; batches behind it may have lower ones.
     *
     * @return completes with the base offset of the batch, {@link #startOffset()} if the stream begins in its middle, or
     *     empty if no batch reaches the timestamp; read-only: of what is committed to object storage
     */
    CompletableFuture<OptionalLong> offsetForTimestamp(long timestamp);

    /**
     * How large batches are: payloads and the header of 48 bytes that each record has, wherever they are by now.
     *
     * @param from in {@code [startOffset, confirmOffset]}, rounded down to a whole batch
     * @param to in {@code [from, confirmOffset]}, rounded up to a whole batch; 0 bytes lie between equal offsets
     * @return bytes, exactly; fails with {@link io.s3stream.api.errors.OffsetOutOfRangeException} outside the range
     * @throws io.s3stream.api.errors.InvalidRequestException if an offset is negative or {@code to} less than {@code from}
     */
    CompletableFuture<Long> sizeBytes(long from, long to);

    /** Completes when everything before {@code offset} is durable. */
    CompletableFuture<Void> whenDurable(long offset);

    /** Uploads everything appended so far to object storage; completes when that is committed. */
    CompletableFuture<Void> flush();

    /** The largest payload {@link #append} takes. */
    int maxAppendBytes();

    /** Uploads what is only in the WAL and gives the stream up. Idempotent. */
    CompletableFuture<Void> close();

    /** Completes when this handle lost the stream to another owner or failed; with the reason. */
    CompletableFuture<Throwable> fenced();
}
