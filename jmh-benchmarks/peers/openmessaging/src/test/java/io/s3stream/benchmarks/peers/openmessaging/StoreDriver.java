package io.s3stream.benchmarks.peers.openmessaging;

import io.openmessaging.benchmark.driver.BenchmarkConsumer;
import io.openmessaging.benchmark.driver.BenchmarkDriver;
import io.openmessaging.benchmark.driver.BenchmarkProducer;
import io.openmessaging.benchmark.driver.ConsumerCallback;
import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.bookkeeper.stats.StatsLogger;

/**
 * Drives this library from the OpenMessaging Benchmark. A partition is a stream. The store is embedded, so producers
 * and consumers run in one worker. The driver owns the store.
 *
 * <p>The configuration file has {@code storage} and {@code wal}, both URIs. Lines {@code key: value} of the
 * benchmark's YAML files are valid properties.
 */
public final class StoreDriver implements BenchmarkDriver {

    private final Map<String, List<Stream>> topics = new ConcurrentHashMap<>();
    private final Set<String> subscriptions = ConcurrentHashMap.newKeySet();
    private StreamStore store;

    @Override
    public void initialize(File configurationFile, StatsLogger statsLogger) throws IOException {
        Properties config = new Properties();
        try (Reader reader = Files.newBufferedReader(configurationFile.toPath())) {
            config.load(reader);
        }
        store = StreamStore.builder()
                .storage(config.getProperty("storage"))
                .wal(config.getProperty("wal"))
                .open();
    }

    @Override
    public String getTopicNamePrefix() {
        return "s3stream";
    }

    @Override
    public CompletableFuture<Void> createTopic(String topic, int partitions) {
        List<CreateOptions> streams = IntStream.range(0, partitions)
                .mapToObj(partition -> CreateOptions.named(topic + "-" + partition))
                .toList();
        return store.createStreams(streams)
                .thenCompose(ids -> store.openStreams(ids, OpenOptions.owner()))
                .thenAccept(opened -> topics.put(topic, opened));
    }

    @Override
    public CompletableFuture<BenchmarkProducer> createProducer(String topic) {
        return CompletableFuture.completedFuture(new StreamProducer(topics.get(topic)));
    }

    /** Starts a consumer of all partitions. A second consumer of the same subscription would get each message again. */
    @Override
    public CompletableFuture<BenchmarkConsumer> createConsumer(
            String topic, String subscription, ConsumerCallback callback) {
        if (!subscriptions.add(topic + "/" + subscription)) {
            return CompletableFuture.failedFuture(
                    new IllegalArgumentException("subscription=" + subscription + " already has a consumer"));
        }
        return CompletableFuture.completedFuture(new StreamConsumer(topics.get(topic), callback));
    }

    @Override
    public void close() {
        store.close();
    }
}
