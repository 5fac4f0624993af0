package io.s3stream.kafka.partition;

import io.s3stream.api.AppendResult;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.errors.StoreBusyException;
import java.util.ArrayDeque;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;

/**
 * A partition that this broker leads. It owns the stream's handle, the states of the producers, and the queue of
 * appends that wait for memory; all are guarded by {@link #lock}. Thread-safe; no method blocks.
 */
public final class PartitionLog {

    private static final int REPLAY_BYTES = 4 << 20;

    private final TopicPartition name;
    private final Uuid topicId;
    private final Stream stream;
    private final Object lock = new Object();
    private final ProducerStates producers = new ProducerStates();
    private final ArrayDeque<WaitingAppend> waiting = new ArrayDeque<>();

    private PartitionLog(TopicPartition name, Uuid topicId, Stream stream) {
        this.name = name;
        this.topicId = topicId;
        this.stream = stream;
    }

    /** A batch that is not in the store's queue yet. */
    private record WaitingAppend(
            MutableRecordBatch batch,
            MemoryRecords records,
            AppendOptions options,
            CompletableFuture<AppendedBatch> done) {}

    /** Opens the log of a stream that this broker has just opened: reads what it must know of earlier batches. */
    public static CompletableFuture<PartitionLog> open(TopicPartition name, Uuid topicId, Stream stream) {
        PartitionLog log = new PartitionLog(name, topicId, stream);
        return log.replay(stream.startOffset()).thenApply(end -> log);
    }

    private CompletableFuture<Void> replay(long from) {
        if (from >= stream.confirmOffset()) {
            return CompletableFuture.completedFuture(null);
        }
        return stream.fetch(from, Long.MAX_VALUE, REPLAY_BYTES, FetchOptions.NO_WAIT)
                .thenCompose(result -> {
                    try (result) {
                        synchronized (lock) {
                            for (FetchedBatch fetched : result.batches()) {
                                for (MutableRecordBatch batch : MemoryRecords.readableRecords(fetched.payload())
                                        .batches()) {
                                    producers.add(batch, fetched.baseOffset());
                                }
                            }
                        }
                        return replay(result.nextOffset());
                    }
                });
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

    /**
     * Appends the only batch of {@code records}. Batches get their offsets in the order of the calls, also those that
     * wait for memory.
     *
     * @param records unchanged by the caller until the batch is durable; the log writes offset, epoch and, if the
     *     topic asks for it, the time of the append into it
     * @param options the rules of the topic
     * @return completes when the batch has its offset; fails with the protocol's error
     */
    public CompletableFuture<AppendedBatch> append(MemoryRecords records, AppendOptions options) {
        CompletableFuture<AppendedBatch> done = new CompletableFuture<>();
        try {
            MutableRecordBatch batch = BatchCheck.only(records, options.maxBytes());
            options.check(batch, System.currentTimeMillis());
            WaitingAppend append = new WaitingAppend(batch, records, options, done);
            synchronized (lock) {
                if (!waiting.isEmpty() || !enqueue(append)) {
                    waiting.add(append);
                    if (waiting.size() == 1) {
                        awaitMemory(append);
                    }
                }
            }
        } catch (Throwable e) {
            done.completeExceptionally(e);
        }
        return done;
    }

    /** Appends, or refuses; returns whether it did one of both. The caller holds the lock. */
    private boolean enqueue(WaitingAppend append) {
        MutableRecordBatch batch = append.batch;
        try {
            OptionalLong known = producers.check(batch);
            if (known.isPresent()) {
                long end = known.getAsLong() + batch.countOrNull();
                append.done.complete(new AppendedBatch(known.getAsLong(), stream.whenDurable(end), -1));
                return true;
            }
            long offset = stream.nextOffset();
            batch.setLastOffset(offset + batch.countOrNull() - 1);
            batch.setPartitionLeaderEpoch(leaderEpoch());
            long appendTime = append.options.stamp(batch, System.currentTimeMillis());
            AppendResult result = stream.tryAppend(
                    new RecordBatch(append.records.buffer(), batch.countOrNull(), Math.max(0, batch.maxTimestamp())));
            if (result.baseOffset() != offset) {
                throw new IllegalStateException(
                        name + ": a batch stamped with " + offset + " got " + result.baseOffset());
            }
            producers.add(batch, offset);
            append.done.complete(new AppendedBatch(offset, result.durable(), appendTime));
        } catch (StoreBusyException e) {
            return false;
        } catch (Throwable e) {
            append.done.completeExceptionally(e);
        }
        return true;
    }

    private void awaitMemory(WaitingAppend first) {
        stream.writable(first.batch.sizeInBytes()).whenComplete((nothing, error) -> {
            synchronized (lock) {
                if (error != null) {
                    waiting.forEach(append -> append.done.completeExceptionally(error));
                    waiting.clear();
                    return;
                }
                while (!waiting.isEmpty() && enqueue(waiting.peek())) {
                    waiting.remove();
                }
                if (!waiting.isEmpty()) {
                    awaitMemory(waiting.peek());
                }
            }
        });
    }

    /** Reads whole batches from {@code offset}, at least one unless {@code offset} is the high watermark. */
    public CompletableFuture<FetchResult> fetch(long offset, int maxBytes) {
        return stream.fetch(offset, Long.MAX_VALUE, Math.max(1, maxBytes), FetchOptions.NO_WAIT);
    }

    /** The first offset that a consumer can read. */
    public long startOffset() {
        return stream.startOffset();
    }

    /** All batches before it are durable. */
    public long highWatermark() {
        return stream.confirmOffset();
    }

    /** Ends the leadership: uploads what is only in the WAL. Appends that wait are refused. */
    public CompletableFuture<Void> close() {
        synchronized (lock) {
            waiting.forEach(append -> append.done.completeExceptionally(
                    new NotLeaderOrFollowerException(name + " moves to another broker")));
            waiting.clear();
        }
        return stream.close();
    }
}
