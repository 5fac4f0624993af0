package io.s3stream.core.append;

import io.s3stream.api.AppendResult;
import io.s3stream.api.OffsetStamp;
import io.s3stream.api.RecordBatch;
import io.s3stream.core.cache.CacheableRecord;
import io.s3stream.core.cache.StreamCache;
import io.s3stream.core.memory.Slab;
import io.s3stream.layout.RecordEncoder;
import io.s3stream.layout.RecordFormat;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An append from its call to its completion: queue element, result and future in one object, so that an append costs
 * one allocation. After it is enqueued, only the append context changes it.
 */
final class PendingAppend extends CompletableFuture<Long> implements AppendResult, Enqueued, CacheableRecord {

    private final StreamTail tail;
    private final RecordBatch batch;
    private final int payloadStart; // read once, because the caller may move position and limit at any time
    private final int payloadBytes;
    private long baseOffset; // set before the append is enqueued
    private @Nullable Slab slab;
    private int place;
    private long stamp;
    private @Nullable Enqueued next;

    /** Measures the payload. Later changes of position and limit by the caller have no effect. */
    PendingAppend(StreamTail tail, RecordBatch batch) {
        this.tail = tail;
        this.batch = batch;
        this.payloadStart = batch.payload().position();
        this.payloadBytes = batch.payload().limit() - payloadStart;
    }

    /**
     * Takes the offsets of the append. The caller holds the lock or the claim that orders the offsets.
     *
     * @return the offset after the append
     */
    long takeOffset(long base) {
        baseOffset = base;
        return tail.endOf(base, batch.recordCount());
    }

    /**
     * Stamps the base offset into the payload.
     *
     * @param by code of the host, which may throw anything
     */
    void stampOffset(OffsetStamp by) {
        // Clear: the caller may have moved the limit, as in encode.
        by.stamp(baseOffset, batch.payload().duplicate().clear().slice(payloadStart, payloadBytes));
    }

    @Override
    public long baseOffset() {
        return baseOffset;
    }

    @Override
    public CompletableFuture<Long> durable() {
        return this;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }

    int payloadBytes() {
        return payloadBytes;
    }

    /** Returns whether a stamp could not write into the payload. */
    boolean isReadOnly() {
        return batch.payload().isReadOnly();
    }

    @Override
    public int count() {
        return 1;
    }

    @Override
    public int encodedBytes() {
        return RecordFormat.encodedBytes(payloadBytes);
    }

    @Override
    public void stamp(long enqueued) {
        stamp = enqueued;
    }

    @Override
    public List<PendingAppend> appends() {
        return List.of(this);
    }

    @Override
    @Nullable
    public Enqueued next() {
        return next;
    }

    @Override
    public void link(@Nullable Enqueued neighbour) {
        next = neighbour;
    }

    /** Returns the time at which the append was enqueued, or 0 if it is not in the sample. */
    long stamp() {
        return stamp;
    }

    StreamTail tail() {
        return tail;
    }

    @Override
    public long streamId() {
        return tail.id();
    }

    @Override
    public long streamEpoch() {
        return tail.epoch();
    }

    @Override
    public StreamCache cache() {
        return tail.cache();
    }

    @Override
    public long maxTimestamp() {
        return batch.maxTimestamp();
    }

    @Override
    public long endOffset() {
        return baseOffset + batch.recordCount();
    }

    /** Copies the record to {@code at} of {@code target}. The encoder must be that of the slab. */
    void encode(RecordEncoder encoder, Slab target, int at) {
        try {
            encode(encoder, at, batch.payload());
        } catch (IndexOutOfBoundsException e) {
            // The caller moved the limit of its buffer; the bytes are still there.
            encode(encoder, at, batch.payload().duplicate().clear());
        }
        slab = target;
        place = at;
    }

    /** Returns whether the payload is outside the heap, where a read may fail. */
    boolean isForeignMemory() {
        return batch.payload().isDirect();
    }

    private void encode(RecordEncoder encoder, int at, ByteBuffer payload) {
        encoder.encode(
                at,
                tail.id(),
                tail.epoch(),
                baseOffset,
                batch.recordCount(),
                batch.maxTimestamp(),
                payload,
                payloadStart,
                payloadBytes);
    }

    @Override
    public Slab slab() {
        if (slab == null) {
            throw new IllegalStateException("append was not encoded");
        }
        return slab;
    }

    @Override
    public int place() {
        return place;
    }
}
