package io.s3stream.kafka.partition;

import io.s3stream.api.CloseReason;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.Stream;
import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.kafka.producers.AbortedTransaction;
import io.s3stream.kafka.producers.ProducerEntry;
import io.s3stream.kafka.producers.ProducerSnapshot;
import io.s3stream.kafka.producers.ProducerStates;
import io.s3stream.kafka.producers.SnapshotWriter;
import io.s3stream.kafka.producers.TransactionMarker;
import io.s3stream.kafka.producers.VerificationGuard;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A partition that this broker leads. It owns the stream's handle, the states of the producers, and the queue of
 * appends that wait for memory; all are guarded by {@link #lock}. No dependent of a returned future runs under the
 * lock. Thread-safe; no method blocks.
 *
 * <p>The log ends when its stream does: by {@link #close}, by a take-over, or because an append failed. Then all
 * appends fail with {@link NotLeaderOrFollowerException}, and so do the waiting ones.
 */
public final class PartitionLog {

    private static final FetchOptions HARD = FetchOptions.NO_WAIT.withHardLimit();

    private static final Logger LOG = LoggerFactory.getLogger(PartitionLog.class);

    private final TopicPartition name;
    private final Uuid topicId;
    private final Stream stream;
    private final ProducerStates producers;
    private final SnapshotWriter snapshots;
    private final LogContext context;
    private final WaitingAppends waiting;
    private final BatchPlacer placer;
    private final Object lock = new Object();

    /** The error of all later appends, when the log has ended. Guarded by the lock. */
    private @Nullable RuntimeException ended;

    private PartitionLog(
            TopicPartition name,
            Uuid topicId,
            Stream stream,
            ProducerStates producers,
            SnapshotWriter snapshots,
            LogContext context) {
        this.name = name;
        this.topicId = topicId;
        this.stream = stream;
        this.producers = producers;
        this.snapshots = snapshots;
        this.context = context;
        this.waiting = new WaitingAppends(context.budget());
        this.placer = new BatchPlacer(stream, producers, context.clock(), this::broken);
    }

    static PartitionLog create(
            TopicPartition name,
            Uuid topicId,
            Stream stream,
            ProducerStates producers,
            SnapshotWriter snapshots,
            LogContext context) {
        PartitionLog log = new PartitionLog(name, topicId, stream, producers, snapshots, context);
        stream.closed().thenAccept(log::streamEnded);
        return log;
    }

    public TopicPartition name() {
        return name;
    }

    public Uuid topicId() {
        return topicId;
    }

    /** Kafka's leader epoch: epochs of streams begin at 1, and those of leaders at 0. */
    public int leaderEpoch() {
        return Math.toIntExact(stream.epoch() - 1);
    }

    public Stream stream() {
        return stream;
    }

    /** Appends a client's batch that needs no verification, and whose size alone is limited. */
    public CompletableFuture<AppendedBatch> append(MemoryRecords records, int maxBytes) {
        return append(records, AppendOptions.ofMaxBytes(maxBytes), null);
    }

    /**
     * Appends the only batch of {@code records}. Batches get their offsets in the order of the calls, even if they
     * wait for memory.
     *
     * @param records unchanged by the caller until the batch is durable; the log writes offset, epoch and, if the
     *     topic asks for it, the time of the append into it
     * @param options the rules of the topic
     * @param guard from {@link #beginVerification}, if it returned one and the coordinator has confirmed the
     *     transaction; a transactional batch without it is refused unless its transaction is open in this log
     * @return completes when the batch has its offset; fails with the protocol's error
     */
    public CompletableFuture<AppendedBatch> append(
            MemoryRecords records, AppendOptions options, @Nullable VerificationGuard guard) {
        return submit(() -> {
            MutableRecordBatch batch =
                    BatchCheck.ofClient(records, Math.min(options.maxBytes(), stream.maxAppendBytes()));
            options.check(batch, context.clock().millis());
            return new PendingAppend(records, batch, new AppendOrigin.Client(options, guard));
        });
    }

    /**
     * Appends the only batch of {@code records} for a coordinator on this broker, as {@link #append(MemoryRecords,
     * AppendOptions, VerificationGuard)} does. The batch has no sequence.
     */
    public CompletableFuture<AppendedBatch> appendInternal(MemoryRecords records, @Nullable VerificationGuard guard) {
        return submit(() -> new PendingAppend(
                records, BatchCheck.only(records, stream.maxAppendBytes()), new AppendOrigin.Coordinator(guard)));
    }

    /** Ends a transaction in this partition. Fails with the protocol's error if a newer producer or coordinator exists. */
    public CompletableFuture<AppendedBatch> appendMarker(TransactionMarker marker) {
        return submit(() -> {
            MemoryRecords records = marker.records(context.clock().millis(), leaderEpoch());
            return new PendingAppend(records, records.batchIterator().next(), new AppendOrigin.Marker(marker));
        });
    }

    /**
     * Begins the verification of a transactional batch.
     *
     * @param supportsEpochBump whether the client uses transaction version 2
     * @return nothing if the transaction is open in this log already: then the batch needs no verification
     */
    public Optional<VerificationGuard> beginVerification(RecordBatch batch, boolean supportsEpochBump) {
        return beginVerification(batch.producerId(), batch.producerEpoch(), batch.baseSequence(), supportsEpochBump);
    }

    /** As {@link #beginVerification(RecordBatch, boolean)}, for a batch that is not made yet. */
    public Optional<VerificationGuard> beginVerification(
            long producerId, short epoch, int sequence, boolean supportsEpochBump) {
        synchronized (lock) {
            return Optional.ofNullable(producers.beginVerification(
                    producerId,
                    epoch,
                    sequence,
                    supportsEpochBump,
                    context.clock().millis()));
        }
    }

    /**
     * Appends a batch, or a marker, that a coordinator of this broker has made. It has no sequence. Does not wait.
     *
     * @param records as for {@link #append(MemoryRecords, int)}
     * @param guard as for {@link #append(MemoryRecords, AppendOptions, VerificationGuard)}
     * @param version of the transaction that a marker ends
     * @throws StoreBusyException there is no memory, or earlier appends wait for it; nothing was appended
     */
    public AppendedBatch appendOwn(
            MemoryRecords records, int maxBytes, @Nullable VerificationGuard guard, short version) {
        MutableRecordBatch batch = BatchCheck.only(records, maxBytes);
        PendingAppend append = new PendingAppend(records, batch, new AppendOrigin.Own(guard, version));
        synchronized (lock) {
            if (ended != null) {
                throw ended;
            }
            if (!waiting.isEmpty() || !placer.place(append)) {
                throw new StoreBusyException(name + ": earlier appends wait for memory");
            }
        }
        writeSnapshotIfDue(append);
        return append.outcome();
    }

    private CompletableFuture<AppendedBatch> submit(Supplier<PendingAppend> checked) {
        PendingAppend append;
        try {
            append = checked.get();
        } catch (Throwable e) {
            return CompletableFuture.failedFuture(e);
        }
        boolean isSettled = true;
        boolean isFirst = false;
        synchronized (lock) {
            if (ended != null) {
                append.fail(ended);
            } else if (!waiting.isEmpty() || !placer.place(append)) {
                isFirst = waiting.isEmpty();
                if (waiting.offer(append)) {
                    isSettled = false;
                } else {
                    isFirst = false;
                    append.fail(
                            new StoreBusyException(name + ": too many appends wait for memory of the store; retry"));
                }
            }
        }
        if (isSettled) {
            append.complete();
            writeSnapshotIfDue(append);
        } else if (isFirst) {
            awaitMemory(append.bytes());
        }
        return append.future();
    }

    /** Ends the log, because its states no longer match it. The caller holds the lock. */
    private void broken(Throwable cause) {
        ended = new NotLeaderOrFollowerException(name + " must be opened again", cause);
        context.background().execute(stream::close); // its end reaches streamEnded, outside the lock
    }

    private void writeSnapshotIfDue(PendingAppend append) {
        if (append.isAppended() && snapshots.appended(append.bytes())) {
            writeSnapshot();
        }
    }

    /** A loop for memory that is there at once, so that the stack does not grow. */
    private void awaitMemory(int bytes) {
        int next = bytes;
        while (next > 0) {
            CompletableFuture<Void> writable = stream.writable(next);
            if (!writable.isDone()) {
                writable.whenComplete((nothing, error) -> awaitMemory(drain(error)));
                return;
            }
            next = drain(writable.handle((nothing, error) -> error).join());
        }
    }

    /** Appends what there is memory for. Returns the bytes of the first append that still waits, or 0. */
    private int drain(@Nullable Throwable error) {
        List<PendingAppend> settled = new ArrayList<>();
        int next = 0;
        synchronized (lock) {
            if (error != null) {
                waiting.removeAll().forEach(append -> {
                    append.fail(error);
                    settled.add(append);
                });
            }
            while (!waiting.isEmpty() && placer.place(waiting.first())) {
                settled.add(waiting.removeFirst());
            }
            if (!waiting.isEmpty()) {
                next = waiting.first().bytes();
            }
        }
        settled.forEach(PendingAppend::complete);
        settled.forEach(this::writeSnapshotIfDue);
        return next;
    }

    /** Reads whole batches from {@code offset}, at least one unless {@code offset} is the high watermark. */
    public CompletableFuture<FetchResult> fetch(long offset, int maxBytes) {
        return fetch(offset, Long.MAX_VALUE, maxBytes);
    }

    /**
     * Reads whole batches from {@code offset} to {@code end}, at least one unless {@code offset} is the end. The result is
     * not larger than {@code maxBytes}, unless its first batch alone is.
     *
     * @param end the {@linkplain #lastStableOffset last stable offset} for a reader of committed records
     */
    public CompletableFuture<FetchResult> fetch(long offset, long end, int maxBytes) {
        return stream.fetch(offset, Math.max(offset, end), Math.max(1, maxBytes), HARD);
    }

    /** The first offset that a consumer can read. */
    public long startOffset() {
        return stream.startOffset();
    }

    /** All batches before it are durable. */
    public long highWatermark() {
        return stream.confirmOffset();
    }

    /** The end of the data that a reader of committed records sees: no transaction before it is undecided. */
    public long lastStableOffset() {
        synchronized (lock) {
            return producers.lastStableOffset(stream.startOffset(), stream.confirmOffset());
        }
    }

    /** The aborted transactions with batches or markers from {@code from} to {@code to}. */
    public List<AbortedTransaction> abortedTransactions(long from, long to) {
        synchronized (lock) {
            return producers.abortedBetween(from, to);
        }
    }

    /** The producers that the log remembers, by id. */
    public List<ProducerEntry> producers() {
        synchronized (lock) {
            return producers.entries();
        }
    }

    /** Drops producers that have not written for the configured time. */
    void expireProducers() {
        synchronized (lock) {
            producers.expire(context.clock().millis(), context.expirationMillis());
        }
    }

    /**
     * Moves the start of the log. Writes a snapshot first if the newest one is older than {@code newStart}, because a
     * replay cannot read the deleted batches.
     *
     * @param newStart at most the high watermark
     */
    public CompletableFuture<Void> trim(long newStart) {
        CompletableFuture<Void> covered = snapshots.covers(newStart) ? snapshots.current() : writeSnapshot();
        return covered.thenCompose(written -> stream.trim(newStart)).thenRun(() -> {
            synchronized (lock) {
                producers.dropBefore(newStart);
            }
        });
    }

    /** Writes a snapshot of the producers unless the newest one knows all batches. Never fails: a failure is logged. */
    public CompletableFuture<Void> writeSnapshot() {
        ProducerSnapshot copy;
        synchronized (lock) {
            long offset = stream.nextOffset();
            if (snapshots.covers(offset)) {
                return snapshots.current();
            }
            producers.dropBefore(stream.startOffset());
            copy = producers.snapshot(offset);
        }
        return snapshots.write(copy).handle((written, error) -> null);
    }

    /** Whether a snapshot stands for all batches before {@code offset}, so that no later opening replays them. */
    public boolean hasSnapshotAt(long offset) {
        return snapshots.covers(offset);
    }

    /** Writes the last snapshot and uploads, while the log serves clients: a later {@link #close} uploads little. */
    public CompletableFuture<Void> prepareClose() {
        return CompletableFuture.allOf(stream.flush(), endSnapshots());
    }

    /** Ends the leadership: writes a snapshot, and uploads the data that are only in the WAL. Waiting appends fail. */
    public CompletableFuture<Void> close() {
        refuse(new NotLeaderOrFollowerException(name + " moves to another broker"));
        return endSnapshots().thenCompose(ended -> stream.close());
    }

    /** Closes the companion stream before the log: the next leader opens both when it sees that the log is free. */
    private CompletableFuture<Void> endSnapshots() {
        return snapshots.isClosed() ? snapshots.close() : writeSnapshot().thenCompose(written -> snapshots.close());
    }

    /** Refuses all appends from now on. */
    private void refuse(RuntimeException reason) {
        List<PendingAppend> refused;
        synchronized (lock) {
            if (ended == null) {
                ended = reason;
            }
            refused = waiting.removeAll();
            for (PendingAppend append : refused) {
                append.fail(ended);
            }
        }
        refused.forEach(PendingAppend::complete);
    }

    /** Gives the streams back, so that a broker can open them again: a failed handle stays with its store until then. */
    private void streamEnded(CloseReason reason) {
        refuse(new NotLeaderOrFollowerException(
                name + " has ended here: " + reason.cause(), reason.error().orElse(null)));
        if (reason.cause() != CloseReason.Cause.STORE_CLOSED) {
            snapshots.close();
            stream.close().whenComplete((closed, error) -> LOG.debug("{}: the handle is closed", name, error));
        }
    }
}
