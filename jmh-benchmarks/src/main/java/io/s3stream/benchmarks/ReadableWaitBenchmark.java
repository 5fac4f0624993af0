package io.s3stream.benchmarks;

import io.s3stream.api.AppendResult;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.StreamReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
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
 * Durable appends to 100 streams while many callers wait for data of all 100 streams. A caller whose wait ends begins
 * another at the new ends of the streams.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Benchmark)
@Threads(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx1g", "-XX:MaxDirectMemorySize=1g"})
public class ReadableWaitBenchmark {

    private static final int STREAMS = 100;
    private static final int OUTSTANDING = 4096;
    private static final Duration LONG = Duration.ofHours(1);

    @Param({"0", "1", "1000"})
    public int waits;

    /** The bytes that end a wait: never reached, reached now and then, or by a single append. */
    @Param({"1000000000000", "16777216", "1"})
    public long minBytes;

    private final RecordBatch batch = RecordBatch.of(new byte[1024], 1);
    private final ArrayDeque<AppendResult> outstanding = new ArrayDeque<>();
    private @Nullable BenchmarkStore store;
    private final ExecutorService host = Executors.newSingleThreadExecutor();
    private int turn;
    private volatile boolean closing;

    @Setup
    public void open() throws IOException {
        store = BenchmarkStore.open(
                STREAMS, StoreConfig.builder().compactionEnabled(false).build());
        for (int i = 0; i < waits; i++) {
            await();
        }
    }

    @TearDown
    public void close() throws IOException {
        closing = true;
        while (!outstanding.isEmpty()) {
            outstanding.remove().durable().join();
        }
        store().close();
        host.shutdown();
    }

    private BenchmarkStore store() {
        return Objects.requireNonNull(store);
    }

    private void await() {
        if (!closing) {
            List<StreamReader.Position> ends = store().streams().stream()
                    .map(each -> new StreamReader.Position(each, each.confirmOffset()))
                    .toList();
            store().store().whenReadable(ends, minBytes, LONG).thenRunAsync(this::await, host);
        }
    }

    @Benchmark
    public void append() {
        outstanding.add(store().streams().get(turn++ % STREAMS).append(batch));
        if (outstanding.size() == OUTSTANDING) {
            for (int i = 0; i < OUTSTANDING / 2; i++) {
                outstanding.remove().durable().join();
            }
        }
    }
}
