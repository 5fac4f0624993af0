package io.s3stream.api;

import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * A handle that reads a stream: {@code startOffset ≤ confirmOffset}. Thread-safe. Futures complete on the store's
 * callback executor, and report every error: no method that returns a future throws, except for an exhausted stack.
 *
 * <p>{@link StreamStore#openReader} opens a reader of committed data. Its positions are those of the newest metadata
 * that its store has read, so they may be as old as the store itself. The store reads the metadata at {@link #refresh},
 * when a fetch or a search reaches the end of the known data, every 200 ms while a fetch or {@link #whenDurable} waits,
 * and for calls such as {@link StreamStore#describeStream}. The positions of an owner, a {@link Stream}, are exact.
 */
public interface StreamReader {

    long id();

    /** The name that the stream had when the handle was opened, or empty. */
    String name();

    /**
     * Whether the stream is sealed: its end is final, see {@link StreamStore#seal}.
     *
     * @throws io.s3stream.api.errors.StreamNotFoundException from a reader whose stream was deleted
     */
    boolean isSealed();

    /**
     * The {@linkplain Stream#epoch epochs} under which the readable records were appended, each with its first
     * readable offset. Epochs and offsets ascend. The records of an epoch end where the next one begins. The store
     * keeps the newest 1,024 epochs of a stream; records before the first epoch of the map have older ones.
     *
     * @return unmodifiable, from {@link #startOffset} on; from a reader: of the committed data
     * @throws io.s3stream.api.errors.StreamNotFoundException if the stream was deleted
     */
    NavigableMap<Long, Long> epochs();

    /**
     * Reads whole batches from {@code start} up to {@code end} (exclusive, rounded up to a whole batch).
     *
     * <p>A fetch that starts at the end of an earlier result, or inside it, continues that reader: it uses the data that
     * was read ahead. So a caller may drop the last batches of a result and fetch them again.
     *
     * @param start in {@code [startOffset, confirmOffset]}; may point into the middle of a batch
     * @param end {@link Long#MAX_VALUE} for no limit
     * @param maxBytes payload bytes to stop after; the result has at least one batch, of any size. With {@link
     *     FetchOptions#hardLimit()} these are never exceeded, unless the first batch alone is larger
     * @return fails with {@link io.s3stream.api.errors.OffsetOutOfRangeException} outside the range, with {@link
     *     io.s3stream.api.errors.StoreBusyException} while unclosed results of this stream hold too much memory, and
     *     with {@link io.s3stream.api.errors.InvalidRequestException} for a negative offset, an {@code end} before
     *     {@code start}, or a {@code maxBytes} below 1
     */
    CompletableFuture<FetchResult> fetch(long start, long end, int maxBytes, FetchOptions options);

    /**
     * The first readable offset.
     *
     * @throws io.s3stream.api.errors.StreamNotFoundException from a reader whose stream was deleted
     */
    long startOffset();

    /**
     * The end of the readable data. Owner: all batches before it are durable. Reader: the committed end, so all batches
     * before it are in object storage.
     *
     * @throws io.s3stream.api.errors.StreamNotFoundException from a reader whose stream was deleted
     */
    long confirmOffset();

    /**
     * Finds the first readable batch whose {@link RecordBatch#maxTimestamp()} is at least {@code timestamp}. Timestamps
     * need not grow; later batches may have lower ones. A reader searches the committed data.
     *
     * @return completes with the base offset of the batch, with {@link #startOffset()} if the stream begins in the
     *     middle of the batch, or with nothing if no batch reaches the timestamp
     */
    CompletableFuture<OptionalLong> offsetForTimestamp(long timestamp);

    /**
     * Finds the batch with the greatest {@link RecordBatch#maxTimestamp()} of all readable batches; the first one if
     * several have it. A reader searches the committed data, after it has read the metadata again.
     *
     * <p>The metadata and the indexes of objects decide which block has it. So the call reads at most two indexes and
     * three blocks, and nothing if the write cache of an owner has the batch.
     *
     * @return completes with nothing if no batch is readable
     */
    CompletableFuture<Optional<TimestampedOffset>> offsetOfMaxTimestamp();

    /**
     * Adds up the sizes of batches: the payloads, and the header of 48 bytes that each batch has.
     *
     * @param from in {@code [startOffset, confirmOffset]}, rounded down to a whole batch
     * @param to in {@code [from, confirmOffset]}, rounded up to a whole batch; 0 bytes lie between equal offsets
     * @return bytes, exactly; fails with {@link io.s3stream.api.errors.OffsetOutOfRangeException} outside the range,
     *     and with {@link io.s3stream.api.errors.InvalidRequestException} if an offset is negative or {@code to} less
     *     than {@code from}
     */
    CompletableFuture<Long> sizeBytes(long from, long to);

    /**
     * The payload bytes of the readable batches from {@code from} on. Makes no request and does not block.
     *
     * <p>The number is exact for data in the write cache of an owner, so it is exact at the end of a stream. For older
     * data, and for a reader, it is an upper bound from the known metadata: it includes the whole {@linkplain
     * StreamStore#describeRanges range} that {@code from} lies in, and the header of 48 bytes of each batch. It is 0 if
     * and only if there is no batch from {@code from} on.
     *
     * @param from an offset before {@link #startOffset} counts as the start offset
     * @throws io.s3stream.api.errors.InvalidRequestException for a negative offset
     * @throws io.s3stream.api.errors.StoreClosedException if the handle is closed
     * @throws io.s3stream.api.errors.StreamNotFoundException from a reader whose stream was deleted
     */
    long bytesAvailable(long from);

    /** Completes when all batches before {@code offset} are durable. Reader: when they are committed. */
    CompletableFuture<Void> whenDurable(long offset);

    /**
     * Reads the metadata again if they have changed. The positions are at least as new as this call when it completes.
     * An owner reads nothing: its positions are exact.
     *
     * @return fails with {@link io.s3stream.api.errors.StreamNotFoundException} if the stream of a reader was deleted
     */
    CompletableFuture<Void> refresh();

    /**
     * Completes once, when the handle ends, with the reason. It never fails. A reader learns of a deletion by another
     * node when its store next reads the metadata.
     */
    CompletableFuture<CloseReason> closed();

    /** Ends the handle. Idempotent. */
    CompletableFuture<Void> close();

    /**
     * The place of a batch, and its time.
     *
     * @param offset the base offset of the batch, or {@link #startOffset()} if the stream begins in the middle of it
     * @param timestamp its {@link RecordBatch#maxTimestamp()}
     */
    record TimestampedOffset(long offset, long timestamp) {}

    /**
     * A place in a stream from which a caller waits for data, see {@link StreamStore#whenReadable}.
     *
     * @param reader a handle, of an owner or a reader
     * @param from the offset that the caller reads next
     */
    record Position(StreamReader reader, long from) {}
}
