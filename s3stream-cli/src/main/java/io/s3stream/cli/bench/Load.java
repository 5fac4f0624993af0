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

/** Runs producers over all streams. {@link #run} measures them after a warm-up. */
public final class Load {

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

    /** Receives latencies, on several threads. */
    public interface Latencies {

        /**
         * Records the latency of one record.
         *
         * @param due nanoseconds of {@link System#nanoTime}
         * @param now the time at which the record is durable, or read
         */
        void record(long due, long now);
    }

    private final StreamStore store;
    private final List<Stream> streams;
    private final LoadOptions options;
    private final ByteBuffer payload;

    public Load(StreamStore store, List<Stream> streams, LoadOptions options) {
        this.store = store;
        this.streams = streams;
        this.options = options;
        byte[] random = new byte[options.recordBytes()];
        new Random(1).nextBytes(random);
        this.payload = ByteBuffer.wrap(random);
    }

    Result run(Duration warmup, Duration duration) {
        Recorder recorder = new Recorder(3);
        try (Running running = start(into(recorder))) {
            running.pass(warmup);
            recorder.getIntervalHistogram();
            Usage before = Usage.of(store);
            long recordsBefore = running.records();
            running.pass(duration);
            long records = running.records() - recordsBefore;
            Usage usage = Usage.of(store).since(before);
            return new Result(records, usage, recorder.getIntervalHistogram());
        }
    }

    /** Returns latencies that a recorder keeps, in nanoseconds. */
    static Latencies into(Recorder recorder) {
        return (due, now) -> recorder.recordValue(Math.max(0, now - due));
    }

    /**
     * Starts the producers.
     *
     * @param latencies of appends, from their due times until they are durable
     */
    public Running start(Latencies latencies) {
        List<Producer> producers = new ArrayList<>();
        for (int i = 0; i < options.producers(); i++) {
            Producer producer = new Producer(share(i), payload, options, latencies);
            producers.add(producer);
            Thread thread = new Thread(producer, "producer-" + i);
            thread.setDaemon(true);
            thread.start();
        }
        return new Running(producers);
    }

    private List<Stream> share(int producer) {
        List<Stream> mine = new ArrayList<>();
        for (int i = producer; i < streams.size(); i += options.producers()) {
            mine.add(streams.get(i));
        }
        return mine;
    }

    /** The producers of one interval. Used by one thread. */
    public static final class Running implements AutoCloseable {

        private final List<Producer> producers;
        private final CompletableFuture<Object> failure = new CompletableFuture<>();

        private Running(List<Producer> producers) {
            this.producers = producers;
            producers.forEach(producer -> producer.finished().whenComplete((done, error) -> {
                if (error != null) {
                    failure.completeExceptionally(error);
                }
            }));
        }

        /** Waits for the given time. Throws the failure of a producer as soon as there is one. */
        public void pass(Duration time) {
            Futures.await(failure.copy().completeOnTimeout("over", time.toNanos(), TimeUnit.NANOSECONDS));
        }

        /** Returns the number of durable records. */
        public long records() {
            return producers.stream().mapToLong(Producer::done).sum();
        }

        /**
         * Ends the schedule. Records that are already due are appended, also if they are late; later ones are not. Does not
         * wait. Only for producers with a rate.
         */
        public void endSchedule() {
            producers.forEach(Producer::stopAtSchedule);
        }

        /** Waits until all records of the schedule are durable. Throws the failure of a producer. */
        public void awaitSchedule() {
            producers.forEach(producer -> Futures.await(producer.finished()));
        }

        /** Stops appending at once and waits until all records are durable. Throws the failure of a producer. */
        @Override
        public void close() {
            producers.forEach(Producer::stop);
            producers.forEach(Producer::release);
            producers.forEach(producer -> Futures.await(producer.finished()));
        }
    }
}
