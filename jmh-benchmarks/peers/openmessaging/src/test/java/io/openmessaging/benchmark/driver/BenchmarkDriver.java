package io.openmessaging.benchmark.driver;

import java.io.File;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.apache.bookkeeper.stats.StatsLogger;

/** Stands for the interface of the OpenMessaging Benchmark, with the methods that a driver must implement. */
public interface BenchmarkDriver extends AutoCloseable {

    void initialize(File configurationFile, StatsLogger statsLogger) throws IOException, InterruptedException;

    String getTopicNamePrefix();

    CompletableFuture<Void> createTopic(String topic, int partitions);

    CompletableFuture<BenchmarkProducer> createProducer(String topic);

    CompletableFuture<BenchmarkConsumer> createConsumer(String topic, String subscription, ConsumerCallback callback);
}
