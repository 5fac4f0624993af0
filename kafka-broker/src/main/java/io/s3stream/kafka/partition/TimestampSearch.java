package io.s3stream.kafka.partition;

import io.s3stream.api.FetchedBatch;
import io.s3stream.kafka.producers.StreamScan;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.CloseableIterator;

/**
 * Finds records by time: the store finds the batch, and the record is found in it. A batch of a compacted topic may
 * have lost that record; then the search continues in the later ones.
 */
public final class TimestampSearch {

    private TimestampSearch() {}

    /** The first record whose timestamp is at least {@code timestamp}, or nothing. */
    public static CompletableFuture<Optional<OffsetAndTimestamp>> firstAtOrAfter(PartitionLog log, long timestamp) {
        return log.stream().offsetForTimestamp(timestamp).thenCompose(offset -> {
            if (offset.isEmpty()) {
                return CompletableFuture.completedFuture(Optional.empty());
            }
            return search(log, offset.getAsLong(), timestamp);
        });
    }

    /** The first batch has the record, unless a cleaning has removed it. */
    private static CompletableFuture<Optional<OffsetAndTimestamp>> search(PartitionLog log, long from, long timestamp) {
        if (from >= log.highWatermark()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return log.fetch(from, 1).thenCompose(result -> {
            try (result) {
                for (FetchedBatch batch : result.batches()) {
                    Optional<OffsetAndTimestamp> found = firstIn(batch, from, timestamp);
                    if (found.isPresent()) {
                        return CompletableFuture.completedFuture(found);
                    }
                }
                return searchAfter(log, result.nextOffset(), timestamp);
            }
        });
    }

    private static CompletableFuture<Optional<OffsetAndTimestamp>> searchAfter(
            PartitionLog log, long from, long timestamp) {
        AtomicReference<Optional<OffsetAndTimestamp>> found = new AtomicReference<>(Optional.empty());
        return StreamScan.runWhile(log.stream(), from, batch -> {
                    Optional<OffsetAndTimestamp> first = firstIn(batch, from, timestamp);
                    found.set(first);
                    return first.isEmpty();
                })
                .thenApply(done -> found.get());
    }

    /** The records without keys and values: there is no memory for sizes that the batch of a client only claims. */
    private static CloseableIterator<Record> timesOf(MutableRecordBatch batch) {
        return batch.skipKeyValueIterator(BufferSupplier.NO_CACHING);
    }

    private static Optional<OffsetAndTimestamp> firstIn(FetchedBatch fetched, long from, long timestamp) {
        if (fetched.maxTimestamp() < timestamp) {
            return Optional.empty();
        }
        for (MutableRecordBatch batch :
                MemoryRecords.readableRecords(fetched.payload()).batches()) {
            try (CloseableIterator<Record> records = timesOf(batch)) {
                while (records.hasNext()) {
                    Record record = records.next();
                    if (record.offset() >= from && record.timestamp() >= timestamp) {
                        return Optional.of(new OffsetAndTimestamp(
                                record.offset(), record.timestamp(), batch.partitionLeaderEpoch()));
                    }
                }
            }
        }
        return Optional.empty();
    }

    /**
     * The first record with the greatest timestamp, or nothing if the log is empty. The store finds the batch by its index.
     * The whole log is read only if a cleaning has removed the record that the batch has its timestamp of.
     */
    public static CompletableFuture<Optional<OffsetAndTimestamp>> greatest(PartitionLog log) {
        return log.stream().offsetOfMaxTimestamp().thenCompose(found -> {
            if (found.isEmpty()) {
                return CompletableFuture.completedFuture(Optional.empty());
            }
            long offset = found.get().offset();
            return log.fetch(offset, 1)
                    .thenApply(result -> {
                        try (result) {
                            return result.batches().stream()
                                    .findFirst()
                                    .flatMap(batch ->
                                            firstIn(batch, offset, found.get().timestamp()));
                        }
                    })
                    .thenCompose(record ->
                            record.isPresent() ? CompletableFuture.completedFuture(record) : greatestOfAll(log));
        });
    }

    private static CompletableFuture<Optional<OffsetAndTimestamp>> greatestOfAll(PartitionLog log) {
        long start = log.startOffset();
        AtomicReference<Optional<OffsetAndTimestamp>> greatest = new AtomicReference<>(Optional.empty());
        return StreamScan.run(
                        log.stream(), start, batch -> greatest.updateAndGet(before -> greatestIn(batch, start, before)))
                .thenApply(done -> greatest.get());
    }

    /** The batch's own timestamp is a limit only: the record that had it may have been cleaned away. */
    private static Optional<OffsetAndTimestamp> greatestIn(
            FetchedBatch fetched, long from, Optional<OffsetAndTimestamp> best) {
        Optional<OffsetAndTimestamp> greatest = best;
        if (best.isPresent() && fetched.maxTimestamp() <= best.get().timestamp()) {
            return best;
        }
        for (MutableRecordBatch batch :
                MemoryRecords.readableRecords(fetched.payload()).batches()) {
            try (CloseableIterator<Record> records = timesOf(batch)) {
                while (records.hasNext()) {
                    Record record = records.next();
                    boolean isGreater = greatest.isEmpty()
                            || record.timestamp() > greatest.get().timestamp();
                    if (record.offset() >= from && isGreater) {
                        greatest = Optional.of(new OffsetAndTimestamp(
                                record.offset(), record.timestamp(), batch.partitionLeaderEpoch()));
                    }
                }
            }
        }
        return greatest;
    }
}
