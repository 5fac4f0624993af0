package io.s3stream.benchmarks;

import io.s3stream.api.AppendResult;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.Stream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Durable appends to 100 streams over a block WAL. Each thread keeps at most 16 MiB in flight. With {@code -prof gc},
 * the normalized allocation rate is the heap cost of one append.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Threads(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx1g", "-XX:MaxDirectMemorySize=1g"})
public class AppendBenchmark {

    private static final int STREAMS = 100;
    private static final int OUTSTANDING_BYTES = 16 << 20;

    /** The store that all threads share. */
    @State(Scope.Benchmark)
    public static class Shared {

        private final AtomicInteger threads = new AtomicInteger();
        private @Nullable BenchmarkStore store;

        @Setup
        public void open() throws IOException {
            store = BenchmarkStore.open(
                    STREAMS, StoreConfig.builder().compactionEnabled(false).build());
        }

        @TearDown
        public void close() throws IOException {
            if (store != null) {
                store.close();
            }
        }

        List<Stream> streams() {
            return Objects.requireNonNull(store).streams();
        }
    }

    /** Appends of one thread that are in flight. */
    @State(Scope.Thread)
    public static class Window {

        @Param({"1024", "4096", "65536"})
        public int recordBytes;

        private final ArrayDeque<AppendResult> outstanding = new ArrayDeque<>();
        private RecordBatch batch = RecordBatch.of(new byte[1], 1);
        private int turn;
        private int limit;

        @Setup
        public void choose(Shared shared) {
            byte[] payload = new byte[recordBytes];
            new Random(1).nextBytes(payload);
            batch = RecordBatch.of(payload, 1);
            limit = OUTSTANDING_BYTES / recordBytes;
            turn = shared.threads.getAndIncrement() * (STREAMS / 2);
        }

        @TearDown
        public void drain() {
            while (!outstanding.isEmpty()) {
                outstanding.remove().durable().join();
            }
        }

        void add(AppendResult result) {
            outstanding.add(result);
            if (outstanding.size() == limit) {
                for (int i = 0; i < limit / 2; i++) {
                    outstanding.remove().durable().join();
                }
            }
        }
    }

    @Benchmark
    public void append(Shared shared, Window window) {
        List<Stream> streams = shared.streams();
        Stream stream = streams.get(window.turn++ % streams.size());
        window.add(stream.append(window.batch));
    }
}
