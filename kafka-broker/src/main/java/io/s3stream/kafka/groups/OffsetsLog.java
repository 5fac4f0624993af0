package io.s3stream.kafka.groups;

import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.kafka.partition.AppendedBatch;
import io.s3stream.kafka.partition.PartitionLog;
import io.s3stream.kafka.producers.VerificationGuard;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of one partition of {@code __consumer_offsets}, as its coordinator writes it. Owns the coordinator's position,
 * and decides when the log is cleaned. Thread-safe.
 *
 * <p>A coordinator counts its own records only: its position begins at the end of the log that it has loaded, and grows
 * with each record that it appends. A cleaning appends records too, but the coordinator knows their values already. So
 * the coordinator's position may fall behind the end of the log, and the coordinator needs no new loading.
 */
final class OffsetsLog {

    private static final Logger LOG = LoggerFactory.getLogger(OffsetsLog.class);

    /** As Kafka's default of {@code max.message.bytes}. */
    static final int MAX_BATCH_BYTES = (1 << 20) + 12;

    /** The version of a batch that ends no transaction. */
    static final short NO_MARKER = -1;

    private static final long MEMORY_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final PartitionLog log;
    private final CleaningPolicy policy;
    private final Object lock = new Object();

    /** The durable position that the coordinator was told; replaced by each loading. Guarded by {@link #lock}. */
    private DurableProgress progress = new DurableProgress();

    /** The offset that the coordinator's next record gets, in its own count; -1 before the log is loaded. */
    private long position = -1;

    /** The coordinator's batches since a cleaning began; absent while there is none. Guarded by {@link #lock}. */
    private @Nullable List<MemoryRecords> tail;

    /** Completes when the present cleaning ends. Guarded by {@link #lock}. */
    private CompletableFuture<Void> cleaning = CompletableFuture.completedFuture(null);

    private volatile boolean isClosed;

    /** @param minCleanedBytes see {@link GroupSettings} */
    OffsetsLog(PartitionLog log, long minCleanedBytes) {
        this.log = log;
        this.policy = new CleaningPolicy(minCleanedBytes);
    }

    PartitionLog log() {
        return log;
    }

    /** Refuses appends and cleanings until the log is loaded. Completes when no cleaning changes the log. */
    CompletableFuture<Void> beginLoading() {
        synchronized (lock) {
            position = -1;
            progress = new DurableProgress();
            return cleaning;
        }
    }

    /** The log was loaded up to {@code end}; the coordinator's position begins there. */
    void loaded(long end, long bytes) {
        synchronized (lock) {
            position = end;
            policy.loaded(bytes);
        }
    }

    /** The durable position that the coordinator was told since the last loading. */
    DurableProgress progress() {
        synchronized (lock) {
            return progress;
        }
    }

    /**
     * Appends a batch of the coordinator. Blocks the calling thread while there is no memory, at most 10 s, and while a
     * cleaning appends its records.
     *
     * @param records the coordinator uses their buffer again: they are copied here
     * @param guard of a transactional batch, unless its transaction is open in the log
     * @param version of the transaction that a marker ends
     * @return the coordinator's position after the batch
     * @throws KafkaException the batch was not appended
     */
    long append(MemoryRecords records, @Nullable VerificationGuard guard, short version) {
        MemoryRecords copy = copy(records);
        MutableRecordBatch batch = copy.batches().iterator().next();
        synchronized (lock) {
            if (position < 0) {
                throw new NotLeaderOrFollowerException(log.name() + " is not loaded");
            }
            AppendedBatch appended = place(copy, guard, version);
            position += batch.countOrNull();
            long end = position;
            DurableProgress told = progress;
            appended.durable().whenComplete((durable, error) -> {
                if (error == null) {
                    told.advance(log.name(), end);
                } else {
                    LOG.info("{}: a batch is not durable: {}", log.name(), error.getMessage());
                }
            });
            policy.appended(copy.sizeInBytes());
            if (tail != null) {
                tail.add(copy);
            }
            return end;
        }
    }

    private static MemoryRecords copy(MemoryRecords records) {
        ByteBuffer bytes = records.buffer();
        return MemoryRecords.readableRecords(
                ByteBuffer.allocate(bytes.remaining()).put(bytes).flip());
    }

    /** Appends, and waits for memory if it must. The caller holds the lock. */
    private AppendedBatch place(MemoryRecords records, @Nullable VerificationGuard guard, short version) {
        if (isClosed) {
            throw new NotLeaderOrFollowerException(log.name() + " is closed");
        }
        long deadline = System.nanoTime() + MEMORY_TIMEOUT_NANOS;
        while (true) {
            try {
                return log.appendOwn(records, MAX_BATCH_BYTES, guard, version);
            } catch (StoreBusyException e) {
                awaitMemory(records.sizeInBytes(), deadline, e);
            } catch (KafkaException e) {
                throw e;
            } catch (RuntimeException e) {
                throw new NotLeaderOrFollowerException(log.name() + " cannot be written: " + e.getMessage(), e);
            }
        }
    }

    private void awaitMemory(int bytes, long deadline, StoreBusyException busy) {
        CompletableFuture<Void> writable = log.stream().writable(bytes);
        try {
            writable.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new org.apache.kafka.common.errors.TimeoutException(
                    log.name() + ": no memory for " + bytes + " bytes within 10 s", busy);
        } catch (ExecutionException e) {
            throw new NotLeaderOrFollowerException(log.name() + " cannot be written", e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } finally {
            writable.cancel(false);
        }
    }

    /** Begins a cleaning if one is due. */
    @Nullable
    OffsetsCleaning cleanIfDue() {
        synchronized (lock) {
            return position >= 0 && !isClosed && cleaning.isDone() && policy.isDue() ? beginCleaning() : null;
        }
    }

    /** Begins a cleaning, which must end with {@link #cleaned}. There is no other one, and the log is loaded. */
    OffsetsCleaning beginCleaning() {
        synchronized (lock) {
            cleaning = new CompletableFuture<>();
            tail = new ArrayList<>();
            return new OffsetsCleaning(this, log.stream().nextOffset());
        }
    }

    /**
     * Appends the records of {@code live} after it has seen the coordinator's batches since the cleaning began. The
     * coordinator appends nothing in between.
     *
     * @return the records before its start are not needed, once everything before its end is durable
     */
    Rewritten rewrite(LiveRecords live) {
        synchronized (lock) {
            List<MemoryRecords> batches = tail;
            if (batches == null || isClosed) {
                throw new NotLeaderOrFollowerException(log.name() + " is closed");
            }
            tail = null;
            batches.forEach(records -> records.batches().forEach(live::add));
            long start = log.stream().nextOffset();
            long bytes = 0;
            for (MemoryRecords rewritten : live.batches(MAX_BATCH_BYTES / 2)) {
                place(rewritten, null, NO_MARKER);
                bytes += rewritten.sizeInBytes();
            }
            policy.rewritten(bytes);
            return new Rewritten(start, log.stream().nextOffset(), bytes);
        }
    }

    /** @param start of the rewritten records; {@code end} of the log after them */
    record Rewritten(long start, long end, long bytes) {}

    /** Ends a cleaning. */
    void cleaned(boolean isTrimmed) {
        CompletableFuture<Void> ended;
        synchronized (lock) {
            tail = null;
            policy.ended(isTrimmed);
            ended = cleaning;
        }
        ended.complete(null);
    }

    /** Refuses everything from now on. Does not wait: the caller may be a thread that must not block. */
    void close() {
        isClosed = true;
    }
}
