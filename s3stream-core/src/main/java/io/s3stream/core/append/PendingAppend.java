package io.s3stream.core.append;

import io.s3stream.api.AppendResult;
import io.s3stream.api.OffsetStamp;
import io.s3stream.api.RecordBatch;
import io.s3stream.core.append.claims.OpenSlab;
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
 * one allocation. The caller owns it until it is published or enqueued. After that, only the append context changes it.
 */
final class PendingAppend extends CompletableFuture<Long> implements AppendResult, Enqueued, CacheableRecord {

    private final StreamTail tail;
    private final int payloadBytes;
    private final int recordCount;
    private final long maxTimestamp;
    private int payloadStart; // read once, because another thread may move position and limit at any time
    private @Nullable ByteBuffer payload; // until it is copied
    private long baseOffset; // set before the append is enqueued
    private @Nullable Slab slab; // from the claim on, or from the first frame on
    private int place;
    private @Nullable OpenSlab<Enqueued> claimed;
    private int claimIndex;
    private @Nullable Throwable copyFailure;
    private boolean withdrawn;
    private long turn;
    private long stamp;
    private @Nullable Enqueued next;

    /** Measures the payload. Later changes of position and limit by the caller have no effect. */
    PendingAppend(StreamTail tail, RecordBatch batch) {
        this.tail = tail;
        this.payload = batch.payload();
        this.payloadStart = payload.position();
        this.payloadBytes = payload.limit() - payloadStart;
        this.recordCount = batch.recordCount();
        this.maxTimestamp = batch.maxTimestamp();
    }

    /**
     * Takes the offsets of the append. The caller holds the lock or the claim that orders the offsets.
     *
     * @return the offset after the append
     */
    long takeOffset(long base) {
        baseOffset = base;
        return tail.endOf(base, recordCount);
    }

    /**
     * Stamps the base offset into the payload.
     *
     * @param by code of the host, which may throw anything
     */
    void stampOffset(OffsetStamp by) {
        // Clear: the caller may have moved the limit, as in encode.
        by.stamp(baseOffset, payload().duplicate().clear().slice(payloadStart, payloadBytes));
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
        return payload().isReadOnly();
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
    public void addTo(List<PendingAppend> frame) {
        frame.add(this);
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

    @Override
    public long turn() {
        return turn;
    }

    @Override
    public void waitFor(long closings) {
        turn = closings;
    }

    @Override
    public void placed(OpenSlab<Enqueued> in, int index, int at) {
        claimed = in;
        claimIndex = index;
        placeAt(in.slab(), at);
    }

    /** Sets the place of the record. */
    void placeAt(Slab in, int at) {
        slab = in;
        place = at;
    }

    @Override
    public @Nullable OpenSlab<Enqueued> claimed() {
        return claimed;
    }

    @Override
    public void forgetClaim() {
        claimed = null;
    }

    @Override
    public int claimIndex() {
        return claimIndex;
    }

    @Override
    public int claimedPlace() {
        return place;
    }

    @Override
    public boolean isCopied() {
        return copyFailure == null && !withdrawn;
    }

    @Override
    public void withdraw() {
        withdrawn = true;
    }

    @Override
    public boolean isWithdrawn() {
        return withdrawn;
    }

    @Override
    public @Nullable Throwable copyFailure() {
        return copyFailure;
    }

    @Override
    public void failCopy(Throwable why) {
        copyFailure = why;
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
        return maxTimestamp;
    }

    @Override
    public long endOffset() {
        return baseOffset + recordCount;
    }

    /** Replaces the caller's buffer by a copy. The append keeps the original if this fails. */
    @Override
    public void keepPayload() {
        ByteBuffer copy = ByteBuffer.allocate(payloadBytes);
        // Clear: the caller may have moved the limit of its buffer; the bytes are still there.
        copy.put(0, payload().duplicate().clear(), payloadStart, payloadBytes);
        payload = copy;
        payloadStart = 0;
    }

    /** Encodes the record at its place, and lets go of the payload. */
    @Override
    public void copy(RecordEncoder encoder) {
        encode(encoder, place);
    }

    /** Moves or encodes the record to {@code at} of {@code target}. The encoder must be that of the slab. */
    void encode(RecordEncoder encoder, Slab target, int at) {
        if (payload != null) {
            encode(encoder, at);
        } else {
            target.memory().put(at, slab().readOnly(), place, encodedBytes());
        }
        placeAt(target, at);
    }

    private void encode(RecordEncoder encoder, int at) {
        ByteBuffer from = payload();
        try {
            encode(encoder, at, from);
        } catch (IndexOutOfBoundsException e) {
            // The caller moved the limit of its buffer; the bytes are still there.
            encode(encoder, at, from.duplicate().clear());
        }
        payload = null;
    }

    private void encode(RecordEncoder encoder, int at, ByteBuffer from) {
        encoder.encode(
                at, tail.id(), tail.epoch(), baseOffset, recordCount, maxTimestamp, from, payloadStart, payloadBytes);
    }

    @Override
    public boolean isForeignMemory() {
        return payload != null && payload.isDirect();
    }

    private ByteBuffer payload() {
        if (payload == null) {
            throw new IllegalStateException("payload was released");
        }
        return payload;
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
