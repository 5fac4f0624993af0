package io.s3stream.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.s3stream.api.CreateOptions;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.core.memory.ReadBuffers;
import io.s3stream.core.runtime.ThreadedRuntime;
import io.s3stream.core.storage.ObjectStorages;
import io.s3stream.spi.storage.ObjectStorage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Compares catch-up reads with raw reads. A node with empty caches reads {@code gibibytes} in records of 4 KiB from a
 * local directory, where each GET takes {@code latencyMillis}. The raw reader reads the same objects through the same
 * client, with as many concurrent pieces as fit the store's read memory. Each operation reads everything once.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 8)
@Measurement(iterations = 5)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx1g", "-XX:MaxDirectMemorySize=1g"})
public class CatchUpBenchmark {

    private static final int RECORD_BYTES = 4096;
    private static final int FETCH_BYTES = 1 << 20;
    private static final int OUTSTANDING = 4096;

    @Param({"1", "100"})
    int streams;

    /** Concurrent readers of each stream. */
    @Param("1")
    int readers;

    @Param({"0", "5", "20", "100"})
    int latencyMillis;

    @Param("16")
    int rawPieces;

    @Param("1")
    int gibibytes;

    /** Maximum size of a GET that reads for several streams; 0 if each reads for one. */
    @Param("0")
    int joinedGetBytes;

    private @Nullable Path directory;
    private @Nullable ThreadedRuntime runtime;
    private @Nullable ObjectStorage objects;
    private @Nullable DistantStorage distant;
    private @Nullable StreamStore reader;
    private @Nullable ExecutorService threads;

    /** Costs of one operation. JMH adds up the operations: divide by their number. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Counters {
        /** GETs of data objects, including their indexes. */
        public long gets;

        /** Bytes of these GETs. */
        public long mebibytes;

        /** Processor time of the whole process. */
        public long cpuMillis;

        private void begin(DistantStorage storage) {
            gets = -storage.gets();
            mebibytes = -storage.bytes() >> 20;
            cpuMillis = -processMillis();
        }

        private void end(DistantStorage storage) {
            gets += storage.gets();
            mebibytes += storage.bytes() >> 20;
            cpuMillis += processMillis();
        }

        private static long processMillis() {
            return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime()
                    / 1_000_000;
        }
    }

    @Setup(Level.Trial)
    public void fill() throws IOException {
        Path base = Files.createTempDirectory(Path.of("").toAbsolutePath(), "jmh-catch-up");
        directory = base;
        runtime = new ThreadedRuntime(9, null, false);
        objects = ObjectStorages.open(
                base.resolve("objects").toUri(),
                runtime,
                ReadBuffers.pool(StoreConfig.defaults().readBufferBytes()));
        threads = Executors.newFixedThreadPool(streams * readers);
        try (StreamStore store = open(1, objects)) {
            List<Stream> all = new ArrayList<>();
            for (int i = 0; i < streams; i++) {
                long id = store.createStream(CreateOptions.named("s" + i)).join();
                all.add(store.openStream(id, OpenOptions.owner()).join());
            }
            RecordBatch batch = RecordBatch.of(new byte[RECORD_BYTES], 1);
            CompletableFuture<?>[] window = new CompletableFuture<?>[OUTSTANDING];
            for (int i = 0; i < records(); i++) {
                CompletableFuture<?> before = window[i % OUTSTANDING];
                if (before != null) {
                    before.join();
                }
                window[i % OUTSTANDING] = all.get(i % streams).append(batch).durable();
            }
            all.forEach(stream -> stream.flush().join());
        }
    }

    @Setup(Level.Iteration)
    public void openReader() {
        DistantStorage storage = new DistantStorage(Objects.requireNonNull(objects), Duration.ofMillis(latencyMillis));
        distant = storage;
        reader = open(2, storage);
    }

    @TearDown(Level.Iteration)
    public void closeReader() {
        Objects.requireNonNull(reader).close();
        Objects.requireNonNull(distant).close();
    }

    @TearDown(Level.Trial)
    public void delete() throws IOException {
        Objects.requireNonNull(threads).shutdown();
        Objects.requireNonNull(objects).close();
        Objects.requireNonNull(runtime).close();
        List<Path> files;
        try (var walk = Files.walk(Objects.requireNonNull(directory))) {
            files = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }

    @Benchmark
    public long catchUp(Counters counters) {
        StreamStore store = Objects.requireNonNull(reader);
        counters.begin(Objects.requireNonNull(distant));
        List<CompletableFuture<Long>> reading = new ArrayList<>();
        for (int i = 0; i < streams * readers; i++) {
            long id = store.findStream("s" + i % streams).join().orElseThrow().id();
            StreamReader stream = store.openReader(id).join();
            reading.add(CompletableFuture.supplyAsync(() -> readAll(stream), threads));
        }
        long records = reading.stream().mapToLong(CompletableFuture::join).sum();
        if (records != (long) records() * readers) {
            throw new IllegalStateException("read " + records + " records");
        }
        counters.end(Objects.requireNonNull(distant));
        return records;
    }

    @Benchmark
    public long raw(Counters counters) {
        counters.begin(Objects.requireNonNull(distant));
        try (RawReader raw = new RawReader(Objects.requireNonNull(distant), rawPieces)) {
            long bytes = raw.readAll();
            counters.end(Objects.requireNonNull(distant));
            return bytes;
        }
    }

    private int records() {
        return gibibytes * ((1 << 30) / RECORD_BYTES);
    }

    private StreamStore open(int node, ObjectStorage storage) {
        return StreamStore.builder()
                .storage(storage)
                .wal("block://" + directory + "/wal-" + node + "?capacity=" + (node == 1 ? "1GiB" : "64MiB"))
                .nodeId(node)
                .config(StoreConfig.builder()
                        .compactionEnabled(false)
                        .joinedGetBytes(joinedGetBytes)
                        .build())
                .open();
    }

    private static long readAll(StreamReader stream) {
        long next = stream.startOffset();
        long end = stream.confirmOffset();
        long records = 0;
        while (next < end) {
            try (FetchResult result =
                    stream.fetch(next, end, FETCH_BYTES, FetchOptions.NO_WAIT).join()) {
                records += result.batches().size();
                next = result.nextOffset();
            }
        }
        return records;
    }
}
