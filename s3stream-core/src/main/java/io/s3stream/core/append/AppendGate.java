package io.s3stream.core.append;

import io.s3stream.api.AppendResult;
import io.s3stream.api.OffsetStamp;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.core.append.rules.OffsetRule;
import io.s3stream.core.errors.StackRoom;
import io.s3stream.core.memory.AppendCost;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.metrics.AppendMetrics;
import io.s3stream.layout.RecordFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The entry of callers' threads into the write path. It checks the batch and reserves memory. Then it gets the batch a
 * place and takes its offsets, in one critical section of the stream, and copies the batch after that. If anything throws,
 * an Error included, the append has either been enqueued and returned, or has taken neither an offset nor memory [R37].
 * Thread-safe.
 */
@SuppressWarnings("ReferenceEquality") // identity is meant
public final class AppendGate {

    private final MemoryBudget budget;
    private final int maxAppendBytes;
    private final int maxGroupBytes;
    private final AppendSequencer sequencer;
    private final AppendMetrics metrics;
    private final LongConsumer onBusy;
    private final OffsetRule offsets;

    /**
     * @param maxGroupBytes the largest body of a frame
     * @param onBusy called on the caller's thread to request room for a number of bytes
     */
    public AppendGate(
            MemoryBudget budget,
            int maxAppendBytes,
            int maxGroupBytes,
            AppendSequencer sequencer,
            AppendMetrics metrics,
            LongConsumer onBusy,
            OffsetRule offsets) {
        this.budget = budget;
        this.maxAppendBytes = maxAppendBytes;
        this.maxGroupBytes = maxGroupBytes;
        this.sequencer = sequencer;
        this.metrics = metrics;
        this.onBusy = onBusy;
        this.offsets = offsets;
    }

    /** Returns the maximum payload of a batch. */
    public int maxAppendBytes() {
        return maxAppendBytes;
    }

    /**
     * Appends without waiting. Refuses the append if the next offset differs from {@code expectedOffset}.
     *
     * @param stamp called on this thread under the lock of the stream
     */
    public AppendResult tryAppend(StreamTail tail, RecordBatch batch, OptionalLong expectedOffset, OffsetStamp stamp) {
        requireStack();
        PendingAppend append = checked(tail, batch, stamp);
        long bytes = AppendCost.of(append.encodedBytes());
        reserve(bytes, tail);
        try {
            tail.append(append, expectedOffset, stamp, sequencer, offsets);
        } catch (Throwable e) {
            sequencer.withdraw(append);
            budget.leaveQueue(bytes, 0);
            wakeSequencer(); // later claims wait for this one
            throw e;
        }
        sequencer.copy(append);
        wakeSequencer();
        return append;
    }

    /** A part of a group. The stamp is called on the thread of the group's caller. */
    public record Part(StreamTail tail, RecordBatch batch, OffsetStamp stamp) {}

    /** Appends to several streams in one frame, without waiting. */
    public List<AppendResult> tryAppendAll(List<Part> parts) {
        if (parts.isEmpty()) {
            return List.of();
        }
        requireStack();
        long encoded = 0;
        List<PendingAppend> appends = new ArrayList<>(parts.size());
        for (Part part : parts) {
            PendingAppend append = checked(part.tail(), part.batch(), part.stamp());
            append.tail().checkOpen();
            encoded += append.encodedBytes();
            appends.add(append);
        }
        long cost = encoded + AppendCost.ofObjects(parts.size());
        if (encoded > maxGroupBytes || cost > budget.limit()) {
            throw new InvalidRequestException("appendAll of " + parts.size() + " batches is " + encoded
                    + " bytes with headers, " + cost + " in memory: one frame takes " + maxGroupBytes
                    + ", writeCacheBytes is " + budget.limit() + "; append in smaller groups");
        }
        GroupClaim claim = new GroupClaim(appends);
        AppendGroup group = new AppendGroup(appends, (int) encoded);
        List<AppendResult> results;
        reserve(cost, appends.get(0).tail());
        try {
            results = claim.enqueue(group, parts, sequencer);
        } catch (Throwable e) {
            sequencer.withdraw(group);
            budget.leaveQueue(cost, 0);
            wakeSequencer();
            throw e;
        }
        try {
            wake(claim); // first: a large group takes long to copy, and its offsets are taken
        } finally {
            sequencer.copy(group);
        }
        wakeSequencer();
        return results;
    }

    /** Completes when an append of {@code payloadBytes} is likely to be accepted. */
    public CompletableFuture<Void> writable(int payloadBytes) {
        StackRoom.require();
        return whenFree(AppendCost.of(Math.min(Math.max(payloadBytes, 0), maxAppendBytes) + RecordFormat.HEADER_BYTES));
    }

    /** Completes when a group of these batches is likely to be accepted. */
    public CompletableFuture<Void> groupWritable(List<RecordBatch> batches) {
        StackRoom.require();
        long encoded = 0;
        for (RecordBatch batch : batches) {
            encoded += batch.payload().remaining() + RecordFormat.HEADER_BYTES;
        }
        return whenFree(Math.min(encoded + AppendCost.ofObjects(batches.size()), budget.limit()));
    }

    private CompletableFuture<Void> whenFree(long bytes) {
        CompletableFuture<Void> available = budget.whenAvailable(bytes);
        if (!available.isDone()) {
            onBusy.accept(bytes);
        }
        return available;
    }

    /** Requires stack for the copy, and for the wake-up: if that were lost, the append would wait for the next one. */
    private void requireStack() {
        StackRoom.requireForAppend();
        if (sequencer.isToBeWoken()) {
            StackRoom.requireLittle();
        }
    }

    /** Wakes the sequencer. Must not throw, because the append is already enqueued and must not look failed. */
    private void wakeSequencer() {
        try {
            sequencer.wake();
        } catch (StackOverflowError e) {
            // The stack had room a moment ago. The next append wakes the sequencer.
        }
    }

    private static void wake(GroupClaim claim) {
        try {
            claim.settle();
        } catch (StackOverflowError e) {
            // Threads that wait for one of the streams check again by themselves.
        }
    }

    /** Returns the append with its measured payload. Measures once, because the caller may be changing the buffer. */
    private PendingAppend checked(StreamTail tail, RecordBatch batch, @Nullable OffsetStamp stamp) {
        if (stamp == null) {
            throw new InvalidRequestException("stream=" + tail.id()
                    + ": stamp=null: must not be null; OffsetStamp.NONE leaves the payload as it is");
        }
        PendingAppend append = new PendingAppend(tail, batch);
        int payload = append.payloadBytes();
        if (payload < 1) {
            throw new InvalidRequestException("stream=" + tail.id()
                    + ": payload is empty: its position is at its limit; rewind the buffer before you append it");
        }
        if (payload > maxAppendBytes) {
            throw new InvalidRequestException("stream=" + tail.id() + ": batch of " + payload
                    + " bytes, maxAppendBytes is " + maxAppendBytes + "; split it or configure a larger limit");
        }
        if (stamp != OffsetStamp.NONE && append.isReadOnly()) {
            throw new InvalidRequestException("stream=" + tail.id()
                    + ": payload is read-only: a stamp writes the offset into it; pass a writable buffer");
        }
        return append;
    }

    private void reserve(long bytes, StreamTail tail) {
        if (!budget.tryReserve(bytes)) {
            tail.checkOpen(); // first, so that a finished stream does not report that it is busy
            metrics.busy();
            onBusy.accept(bytes);
            throw new StoreBusyException(busyReason(bytes));
        }
    }

    private String busyReason(long bytes) {
        long used = budget.used();
        String full = used + bytes > budget.limit()
                ? "write cache is full: " + used + " of " + budget.limit() + " bytes wait for upload"
                : "append queue is full: " + budget.queued() + " of " + budget.queueLimit()
                        + " bytes, its share of writeCacheBytes, wait for the WAL";
        return full + ", " + bytes + " more do not fit; retry, or wait for writable()";
    }
}
