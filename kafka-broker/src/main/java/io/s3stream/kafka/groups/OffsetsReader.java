package io.s3stream.kafka.groups;

import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.kafka.partition.PartitionLog;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a range of a log once, in order. The batches are handled on an executor, because that can take long. A failure of
 * the storage is retried until the log is closed.
 */
final class OffsetsReader {

    private static final Logger LOG = LoggerFactory.getLogger(OffsetsReader.class);

    private static final int MAX_FETCH_BYTES = 4 << 20;
    private static final int RETRY_MILLIS = 1000;

    private final PartitionLog log;
    private final Executor executor;

    OffsetsReader(PartitionLog log, Executor executor) {
        this.log = log;
        this.executor = executor;
    }

    /**
     * Reads all batches before {@code end}, which first become durable.
     *
     * @param handler called on the executor; a batch is valid during the call only
     * @return fails with the exception of the handler, or when the log is closed
     */
    CompletableFuture<Void> readTo(long end, Consumer<MutableRecordBatch> handler) {
        return log.stream()
                .whenDurable(end)
                .thenComposeAsync(durable -> read(log.startOffset(), end, handler), executor);
    }

    private CompletableFuture<Void> read(long from, long end, Consumer<MutableRecordBatch> handler) {
        if (from >= end) {
            return CompletableFuture.completedFuture(null);
        }
        return fetch(from)
                .thenComposeAsync(
                        result -> {
                            try (result) {
                                for (FetchedBatch fetched : result.batches()) {
                                    MemoryRecords.readableRecords(fetched.payload())
                                            .batches()
                                            .forEach(handler);
                                }
                                return read(result.nextOffset(), end, handler);
                            }
                        },
                        executor);
    }

    private CompletableFuture<FetchResult> fetch(long from) {
        return log.fetch(from, MAX_FETCH_BYTES).exceptionallyCompose(error -> {
            Throwable cause =
                    error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
            if (log.stream().closed().isDone()) {
                return CompletableFuture.failedFuture(new NotLeaderOrFollowerException(log.name() + " is closed"));
            }
            if (!(cause instanceof StorageException || cause instanceof StoreBusyException)) {
                return CompletableFuture.failedFuture(cause);
            }
            LOG.warn("cannot read {} at {}; the next try follows in {} ms", log.name(), from, RETRY_MILLIS, cause);
            Executor later = CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS, executor);
            return CompletableFuture.completedFuture(from).thenComposeAsync(this::fetch, later);
        });
    }
}
