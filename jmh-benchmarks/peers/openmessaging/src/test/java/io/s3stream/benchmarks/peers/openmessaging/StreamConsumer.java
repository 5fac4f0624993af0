package io.s3stream.benchmarks.peers.openmessaging;

import io.openmessaging.benchmark.driver.BenchmarkConsumer;
import io.openmessaging.benchmark.driver.ConsumerCallback;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import io.s3stream.api.Stream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Reads the streams of a topic from their ends, with one thread for each stream. Closing waits for the threads, each of
 * which owns its position.
 */
final class StreamConsumer implements BenchmarkConsumer {

    private static final int MAX_BYTES = 1 << 20;
    private static final FetchOptions WAIT = FetchOptions.longPoll(Duration.ofMillis(200));

    private final ConsumerCallback callback;
    private final List<CompletableFuture<Void>> reading;
    private volatile boolean closed;

    StreamConsumer(List<Stream> partitions, ConsumerCallback callback) {
        this.callback = callback;
        this.reading = partitions.stream().map(this::start).toList();
    }

    private CompletableFuture<Void> start(Stream partition) {
        long from = partition.nextOffset();
        return CompletableFuture.runAsync(
                () -> read(partition, from), command -> new Thread(command, "consumer").start());
    }

    private void read(Stream partition, long from) {
        long position = from;
        while (!closed) {
            try (FetchResult fetched =
                    partition.fetch(position, Long.MAX_VALUE, MAX_BYTES, WAIT).join()) {
                for (FetchedBatch batch : fetched.batches()) {
                    callback.messageReceived(batch.payload(), batch.maxTimestamp());
                }
                position = fetched.nextOffset();
            }
        }
    }

    /** Reports the failure of a reading thread, if there was one. */
    @Override
    public void close() throws ExecutionException, InterruptedException {
        closed = true;
        for (CompletableFuture<Void> thread : reading) {
            thread.get();
        }
    }
}
