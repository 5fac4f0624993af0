package io.s3stream.cli.bench;

import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.cli.terminal.Futures;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Runs producers over all streams, and measures them after a warm-up. */
final class Load {

    /** The result of a measured interval. */
    record Result(long records, Usage usage, Histogram latencies) {

        Result plus(Result more) {
            Histogram both = latencies.copy();
            both.add(more.latencies);
            return new Result(records + more.records, usage.plus(more.usage), both);
        }

        double recordsPerSecond() {
            return records / usage.seconds();
        }
    }

    private final StreamStore store;
    private final List<Stream> streams;
    private final LoadOptions options;
    private final ByteBuffer payload;

    Load(StreamStore store, List<Stream> streams, LoadOptions options) {
        this.store = store;
        this.streams = streams;
        this.options = options;
        byte[] random = new byte[options.recordBytes()];
        new Random(1).nextBytes(random);
        this.payload = ByteBuffer.wrap(random);
    }

    Result run(Duration warmup, Duration duration) {
        Recorder recorder = new Recorder(3);
        List<Producer> producers = new ArrayList<>();
        for (int i = 0; i < options.producers(); i++) {
            Producer producer = new Producer(share(i), payload, options, recorder);
            producers.add(producer);
            Thread thread = new Thread(producer, "producer-" + i);
            thread.setDaemon(true);
            thread.start();
        }
        try {
            CompletableFuture<Object> failure = new CompletableFuture<>();
            producers.forEach(producer -> producer.finished().whenComplete((done, error) -> {
                if (error != null) {
                    failure.completeExceptionally(error);
                }
            }));
            pass(warmup, failure);
            recorder.getIntervalHistogram();
            Usage before = Usage.of(store);
            long recordsBefore = done(producers);
            pass(duration, failure);
            long records = done(producers) - recordsBefore;
            Usage usage = Usage.of(store).since(before);
            return new Result(records, usage, recorder.getIntervalHistogram());
        } finally {
            producers.forEach(Producer::stop);
            producers.forEach(Producer::release);
            producers.forEach(producer -> Futures.await(producer.finished()));
        }
    }

    /** Waits for the given time, or until a producer fails. */
    private static void pass(Duration time, CompletableFuture<Object> failure) {
        Futures.await(failure.copy().completeOnTimeout("over", time.toNanos(), TimeUnit.NANOSECONDS));
    }

    private List<Stream> share(int producer) {
        List<Stream> mine = new ArrayList<>();
        for (int i = producer; i < streams.size(); i += options.producers()) {
            mine.add(streams.get(i));
        }
        return mine;
    }

    private static long done(List<Producer> producers) {
        return producers.stream().mapToLong(Producer::done).sum();
    }
}
