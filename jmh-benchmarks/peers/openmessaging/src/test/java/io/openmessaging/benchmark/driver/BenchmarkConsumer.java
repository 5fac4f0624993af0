package io.openmessaging.benchmark.driver;

/** Stands for the interface of the OpenMessaging Benchmark. */
public interface BenchmarkConsumer extends AutoCloseable {}
