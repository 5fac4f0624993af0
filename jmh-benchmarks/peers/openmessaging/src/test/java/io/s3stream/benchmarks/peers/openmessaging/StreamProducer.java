package io.s3stream.benchmarks.peers.openmessaging;

import io.openmessaging.benchmark.driver.BenchmarkProducer;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Appends to the streams of a topic: by the hash of the key, or in turn without a key. Safe for many threads. */
final class StreamProducer implements BenchmarkProducer {

    private final List<Stream> partitions;
    private final AtomicInteger turn = new AtomicInteger();

    StreamProducer(List<Stream> partitions) {
        this.partitions = partitions;
    }

    @Override
    public CompletableFuture<Void> sendAsync(Optional<String> key, byte[] payload) {
        int number = key.map(String::hashCode).orElseGet(turn::getAndIncrement);
        Stream partition = partitions.get(Math.floorMod(number, partitions.size()));
        return partition
                .append(RecordBatch.of(payload, System.currentTimeMillis()))
                .durable()
                .thenAccept(offset -> {});
    }

    @Override
    public void close() {}
}
