package io.s3stream.benchmarks;

import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.Stream;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Reads records of 4 KiB from the write cache on one thread, one record a fetch, and closes the lease. With
 * {@code -prof gc}, the normalized allocation rate is the heap cost of one fetch.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx1g", "-XX:MaxDirectMemorySize=1g"})
public class TailFetchBenchmark {

    private static final int RECORDS = 4096;
    private static final int RECORD_BYTES = 4096;

    private @Nullable BenchmarkStore store;
    private long next;

    @Setup
    public void fillCache() throws IOException {
        StoreConfig config =
                StoreConfig.builder().uploadInterval(Duration.ofHours(1)).build();
        BenchmarkStore opened = BenchmarkStore.open(1, config);
        store = opened;
        Stream stream = opened.streams().get(0);
        for (int i = 0; i < RECORDS; i++) {
            stream.append(RecordBatch.of(new byte[RECORD_BYTES], 1));
        }
        stream.whenDurable(RECORDS).join();
    }

    @TearDown
    public void close() throws IOException {
        if (store != null) {
            store.close();
        }
    }

    @Benchmark
    public int fetchFromWriteCache() {
        Stream stream = Objects.requireNonNull(store).streams().get(0);
        long offset = next++ % RECORDS;
        try (FetchResult result = stream.fetch(offset, offset + 1, RECORD_BYTES, FetchOptions.NO_WAIT)
                .join()) {
            return result.batches().get(0).payload().get(0);
        }
    }
}
