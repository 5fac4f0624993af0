package io.s3stream.core.append;

import io.s3stream.api.AppendResult;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.metrics.AppendMetrics;
import io.s3stream.layout.RecordFormat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/**
 * Where callers' threads enter the write path: checks the size, reserves memory, then assigns the offset and enqueues in
 * one critical section of the stream. Nothing is enqueued when any of it is refused. Thread-safe.
 */
public final class AppendGate {

    private final MemoryBudget budget;
    private final int maxAppendBytes;
    private final int maxGroupBytes;
    private final AppendSequencer sequencer;
    private final AppendMetrics metrics;
    private final LongConsumer onBusy;
    private final GroupRule groups;

    /**
     * @param maxGroupBytes the largest body of a frame
     * @param onBusy asked, on the caller's thread, to make room for so many bytes
     */
    public AppendGate(
            MemoryBudget budget,
            int maxAppendBytes,
            int maxGroupBytes,
            AppendSequencer sequencer,
            AppendMetrics metrics,
            LongConsumer onBusy,
            GroupRule groups) {
        this.budget = budget;
        this.maxAppendBytes = maxAppendBytes;
        this.maxGroupBytes = maxGroupBytes;
        this.sequencer = sequencer;
        this.metrics = metrics;
        this.onBusy = onBusy;
        this.groups = groups;
    }

    /** The largest payload of a batch. */
    public int maxAppendBytes() {
        return maxAppendBytes;
    }

    /** Appends without waiting; {@code expectedOffset} refuses the append if the stream is elsewhere. */
    public AppendResult tryAppend(StreamTail tail, RecordBatch batch, OptionalLong expectedOffset) {
        int bytes = checkSize(tail, batch);
        tail.checkOpen(); // a stream that is finished is not busy
        reserve(bytes);
        try {
            synchronized (tail) {
                if (expectedOffset.isPresent() && tail.nextOffset() != expectedOffset.getAsLong()) {
                    throw new ConflictException("stream=" + tail.id() + ": expected offset "
                            + expectedOffset.getAsLong() + ", the next offset is " + tail.nextOffset());
                }
                PendingAppend append = new PendingAppend(tail, batch, tail.takeOffsets(batch.recordCount()));
                sequencer.enqueue(append);
                return append;
            }
        } catch (RuntimeException e) {
            budget.release(bytes);
            throw e;
        }
    }

    /** Appends to several streams in one frame, without waiting. */
    public List<AppendResult> tryAppendAll(List<StreamTail> tails, List<RecordBatch> batches) {
        if (tails.isEmpty()) {
            return List.of();
        }
        long total = 0;
        for (int i = 0; i < tails.size(); i++) {
            total += checkSize(tails.get(i), batches.get(i));
            tails.get(i).checkOpen();
        }
        if (total > maxGroupBytes) {
            throw new InvalidRequestException("appendAll of " + tails.size() + " batches is " + total
                    + " bytes with headers: one frame takes " + maxGroupBytes + "; append in smaller groups");
        }
        reserve(total);
        List<StreamTail> locks = tails.stream()
                .distinct()
                .sorted(Comparator.comparingLong(StreamTail::id))
                .toList();
        try {
            return enqueueLocked(locks, 0, tails, batches, (int) total);
        } catch (RuntimeException e) {
            budget.release(total);
            throw e;
        }
    }

    /** Completes when a batch of {@code payloadBytes} has a chance. */
    public CompletableFuture<Void> writable(int payloadBytes) {
        long bytes = Math.min((long) payloadBytes, maxAppendBytes) + RecordFormat.HEADER_BYTES;
        CompletableFuture<Void> available = budget.whenAvailable(bytes);
        if (!available.isDone()) {
            onBusy.accept(bytes);
        }
        return available;
    }

    private List<AppendResult> enqueueLocked(
            List<StreamTail> locks, int locked, List<StreamTail> tails, List<RecordBatch> batches, int total) {
        if (locked < locks.size()) {
            synchronized (locks.get(locked)) {
                return enqueueLocked(locks, locked + 1, tails, batches, total);
            }
        }
        tails.forEach(StreamTail::checkOpen);
        List<PendingAppend> appends = new ArrayList<>(tails.size());
        for (int i = 0; i < tails.size(); i++) {
            RecordBatch batch = batches.get(i);
            appends.add(new PendingAppend(tails.get(i), batch, tails.get(i).takeOffsets(batch.recordCount())));
        }
        if (groups.isOneFrame()) {
            sequencer.enqueue(new AppendGroup(appends, total));
        } else {
            appends.forEach(sequencer::enqueue);
        }
        return List.copyOf(appends);
    }

    private int checkSize(StreamTail tail, RecordBatch batch) {
        int payload = batch.payload().remaining();
        if (payload > maxAppendBytes) {
            throw new InvalidRequestException("stream=" + tail.id() + ": batch of " + payload
                    + " bytes, maxAppendBytes is " + maxAppendBytes + "; split it or configure a larger limit");
        }
        return RecordFormat.encodedBytes(payload);
    }

    private void reserve(long bytes) {
        if (!budget.tryReserve(bytes)) {
            metrics.busy();
            onBusy.accept(bytes);
            throw new StoreBusyException("write cache is full: " + budget.used() + " of " + budget.limit()
                    + " bytes wait for upload, " + bytes + " more do not fit; retry, or wait for writable()");
        }
    }
}
