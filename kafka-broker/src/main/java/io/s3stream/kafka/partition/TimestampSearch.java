package io.s3stream.kafka.partition;

import io.s3stream.api.FetchedBatch;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;

/** Finds records by time: the store finds the batch, and the record is found in it. */
public final class TimestampSearch {

    private TimestampSearch() {}

    /** The first record whose timestamp is at least {@code timestamp}, or nothing. */
    public static CompletableFuture<Optional<OffsetAndTimestamp>> firstAtOrAfter(PartitionLog log, long timestamp) {
        return log.stream().offsetForTimestamp(timestamp).thenCompose(offset -> {
            if (offset.isEmpty()) {
                return CompletableFuture.completedFuture(Optional.empty());
            }
            return log.fetch(offset.getAsLong(), 1).thenApply(result -> {
                try (result) {
                    return firstIn(result.batches().get(0), offset.getAsLong(), timestamp);
                }
            });
        });
    }

    private static Optional<OffsetAndTimestamp> firstIn(FetchedBatch fetched, long from, long timestamp) {
        for (MutableRecordBatch batch :
                MemoryRecords.readableRecords(fetched.payload()).batches()) {
            for (Record record : batch) {
                if (record.offset() >= from && record.timestamp() >= timestamp) {
                    return Optional.of(
                            new OffsetAndTimestamp(record.offset(), record.timestamp(), batch.partitionLeaderEpoch()));
                }
            }
        }
        return Optional.empty();
    }

    /** The first record with the greatest timestamp, or nothing if the log is empty. */
    public static CompletableFuture<Optional<OffsetAndTimestamp>> greatest(PartitionLog log) {
        return scan(log, log.startOffset(), Optional.empty());
    }

    private static CompletableFuture<Optional<OffsetAndTimestamp>> scan(
            PartitionLog log, long from, Optional<OffsetAndTimestamp> best) {
        if (from >= log.highWatermark()) {
            return CompletableFuture.completedFuture(best);
        }
        return log.fetch(from, 4 << 20).thenCompose(result -> {
            Optional<OffsetAndTimestamp> greatest = best;
            long next;
            try (result) {
                next = result.nextOffset();
                for (FetchedBatch batch : result.batches()) {
                    if (greatest.isEmpty()
                            || batch.maxTimestamp() > greatest.get().timestamp()) {
                        Optional<OffsetAndTimestamp> found = firstIn(batch, from, batch.maxTimestamp());
                        greatest = found.isPresent() ? found : greatest;
                    }
                }
            }
            return scan(log, next, greatest);
        });
    }
}
