package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.CreateOptions;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.StoreStats;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.AppendFailedException;
import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.core.CoreStoreProvider;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.core.storage.MeteredObjectStorage;
import io.s3stream.core.storage.StorageCounters;
import io.s3stream.spi.metrics.Counter;
import io.s3stream.spi.metrics.Histogram;
import io.s3stream.spi.metrics.MetricDescription;
import io.s3stream.spi.metrics.MetricsRecorder;
import io.s3stream.spi.metrics.Registration;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.testkit.metrics.RecordedMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The metrics of a store, as a host receives them through its recorder, add up. */
@Timeout(60)
class MetricsTest {

    private static final int BATCHES = 200;
    private static final int PAYLOAD = 1000;

    @TempDir
    Path dir;

    private final RecordedMetrics metrics = new RecordedMetrics();
    private final FaultyWals wals = new FaultyWals();
    private final MeteredObjectStorage counted =
            new MeteredObjectStorage(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT));
    private final SlowStorage storage = new SlowStorage(counted, 0, 0);

    @Test
    void appendedUploadedAndReadBytesAddUp() {
        StreamStore store = open(quiet());
        Stream stream = Stores.own(store, "a");
        append(stream, BATCHES);
        Stores.get(store.flush());

        assertThat(metrics.count("s3stream.append.batches")).isEqualTo(BATCHES);
        assertThat(metrics.count("s3stream.append.bytes")).isEqualTo(BATCHES * PAYLOAD);
        assertThat(sum("s3stream.frame.batches")).isEqualTo(BATCHES);
        assertThat(metrics.values("s3stream.append.latency")).hasSizeBetween(1, BATCHES);

        StoreStats stats = store.stats();
        assertThat(metrics.count("s3stream.wal.write.bytes"))
                .isEqualTo(stats.appendedBytes())
                .isEqualTo(sum("s3stream.frame.bytes"));
        assertThat(metrics.values("s3stream.wal.write.latency", "outcome", "ok"))
                .hasSize((int) stats.walFrames());
        assertThat(metrics.gauge("s3stream.wal.inflight.frames")).isZero();
        assertThat(metrics.gauge("s3stream.wal.used")).isEqualTo(stats.walUsedBytes());
        assertThat(metrics.gauge("s3stream.wal.capacity")).isPositive();

        assertThat(metrics.count("s3stream.upload.bytes"))
                .isEqualTo(stats.uploadedBytes())
                .isGreaterThan(BATCHES * PAYLOAD);
        assertThat(metrics.values("s3stream.upload.duration"))
                .hasSize((int) metrics.count("s3stream.upload.objects"))
                .isNotEmpty();
        assertThat(metrics.gauge("s3stream.upload.backlog.bytes")).isZero();
        assertThat(metrics.gauge("s3stream.upload.backlog.age")).isZero();
        assertThat(metrics.gauge("s3stream.memory.limit"))
                .isEqualTo(Stores.small().memoryBytes());
        assertThat(metrics.gauge("s3stream.memory.used")).isEqualTo(stats.memoryUsedBytes());
        Stores.close(store);
    }

    @Test
    void requestMetricsMatchStorage() {
        StreamStore store = open(quiet());
        append(Stores.own(store, "a"), BATCHES);
        Stores.close(store);

        store = open(quiet());
        // Many fetches: the index, which read-ahead needs, may arrive in the cache after the first of them.
        Stores.scan(Stores.read(store, "a"), 0, BATCHES, 10_000, batch -> {});
        assertThat(metrics.gauge("s3stream.readahead.used"))
                .as("at most the last chunk, which the reader may fetch again")
                .isLessThan(20_000);
        Stores.close(store);
        assertThat(metrics.count("s3stream.readahead.bytes", "outcome", "used"))
                .isPositive()
                .isLessThanOrEqualTo(metrics.count("s3stream.readahead.bytes", "outcome", "issued"));

        // The outer counter may see one more: a request may be in flight when the store is closed.
        await("counts agree").atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            StorageCounters seen = counted.counters();
            assertThat(requests("put", "delete")).isEqualTo(seen.writes());
            assertThat(requests("get", "get_if_changed", "head", "list")).isEqualTo(seen.reads());
            assertThat(metrics.count("s3stream.storage.bytes", "operation", "put"))
                    .isEqualTo(seen.bytesWritten());
            assertThat(metrics.count("s3stream.storage.bytes", "operation", "get")
                            + metrics.count("s3stream.storage.bytes", "operation", "get_if_changed"))
                    .isEqualTo(seen.bytesRead())
                    .isGreaterThan(BATCHES * PAYLOAD);
        });
        assertThat(metrics.count("s3stream.storage.requests", "outcome", "failed"))
                .isZero();
        assertThat(metrics.values("s3stream.storage.latency", "operation", "put"))
                .hasSize((int) requests("put"));
    }

    @Test
    void closedStoreIsNotObserved() {
        StreamStore store = open(quiet());
        assertThat(metrics.openGauges()).contains("s3stream.memory.used", "s3stream.wal.used");
        Stores.close(store);
        assertThat(metrics.openGauges()).isEmpty();
    }

    @Test
    void storeThatFailsToOpenIsNotObserved() {
        assertThatThrownBy(() -> open(quiet().wal("block:///nowhere/at/all"))).isNotNull();
        assertThat(metrics.openGauges()).isEmpty();
    }

    @Test
    void reportedMetricsAreDocumented() throws IOException {
        Stores.close(open(quiet()));
        String document = Files.readString(
                Path.of("").toAbsolutePath().resolveSibling("docs").resolve("metrics.md"));
        assertThat(metrics.shapes())
                .isNotEmpty()
                .allSatisfy(shape -> assertThat(document).contains("| `" + shape.name() + "` |"));
    }

    @Test
    void blockedUploadBacklogAgesUntilAppendsAreRefused() {
        StreamStore store = open(quiet());
        Stream stream = Stores.own(store, "a");
        storage.hold();
        List<CompletableFuture<Long>> durable = new ArrayList<>();
        assertThatThrownBy(() -> {
                    while (true) {
                        durable.add(stream.tryAppend(RecordBatch.of(new byte[PAYLOAD], 1))
                                .durable());
                    }
                })
                .isInstanceOf(StoreBusyException.class);
        assertThat(metrics.count("s3stream.append.busy")).isEqualTo(1);
        Stores.get(durable.get(0));
        // The gauge moves after the futures of the counted items.
        await("a backlog").until(() -> metrics.gauge("s3stream.upload.backlog.bytes") > 0);
        long age = metrics.gauge("s3stream.upload.backlog.age");
        await("it grows old").until(() -> metrics.gauge("s3stream.upload.backlog.age") > age);

        storage.letGo();
        durable.forEach(Stores::get);
        Stores.get(store.flush());
        assertThat(metrics.gauge("s3stream.upload.backlog.bytes")).isZero();
        assertThat(metrics.gauge("s3stream.upload.backlog.age")).isZero();
        assertThat(metrics.count("s3stream.append.batches")).isEqualTo(durable.size());
        await("the write cache is full").atMost(Duration.ofSeconds(60)).until(() -> {
            append(stream, 2 * BATCHES);
            return metrics.count("s3stream.writecache.evicted") > 0;
        });
        Stores.close(store);
    }

    @Test
    void unclosedResultIsLease() {
        StreamStore store = open(quiet());
        Stream stream = Stores.own(store, "a");
        append(stream, 1);
        FetchResult result = Stores.get(stream.fetch(0, 1, PAYLOAD, FetchOptions.NO_WAIT));
        assertThat(metrics.gauge("s3stream.lease.bytes"))
                .isPositive()
                .isLessThan(metrics.gauge("s3stream.lease.limit"));
        result.close();
        assertThat(metrics.gauge("s3stream.lease.bytes")).isZero();
        Stores.close(store);
    }

    @Test
    void failedWalIsReportedAndItsAppendsCountOnce() {
        StreamStore store = open(quiet().walFallback("block://" + dir.resolve("other") + "?capacity=4MiB"));
        Stream stream = Stores.own(store, "a");
        append(stream, 10);
        storage.hold();
        wals.fail("/wal?");
        append(stream, 10);
        assertThat(metrics.count("s3stream.append.batches")).isEqualTo(20);
        assertThat(metrics.count("s3stream.append.failed")).isZero();
        assertThat(metrics.values("s3stream.wal.write.latency", "outcome", "failed"))
                .isNotEmpty();
        assertThat(metrics.count("s3stream.wal.switches", "reason", "failure")).isEqualTo(1);
        assertThat(metrics.count("s3stream.wal.switches", "reason", "asked")).isZero();
        assertThat(metrics.gauge("s3stream.wal.atrisk"))
                .isEqualTo(store.stats().atRiskBytes())
                .isPositive();
        storage.letGo();
        Stores.get(store.flush());
        assertThat(metrics.gauge("s3stream.wal.atrisk")).isZero();
        Stores.close(store);
    }

    @Test
    void failedAppendsAreCountedByOutcome() {
        StreamStore store = open(quiet());
        Stream stream = Stores.own(store, "a");
        wals.fail("/wal?");
        assertThatThrownBy(() -> append(stream, 1)).isInstanceOf(AppendFailedException.class);
        assertThat(metrics.count("s3stream.append.failed", "outcome", "not_written"))
                .isEqualTo(1);
        assertThat(metrics.count("s3stream.append.batches")).isZero();
        Stores.close(store);
    }

    @Test
    void failedRequestsAndTheirRepetitionsAreCounted() {
        SlowStorage failing = new SlowStorage(counted, 0, 15);
        StreamStore store = open(quiet().storage((ObjectStorage) failing));
        Stream stream = Stores.own(store, "a");
        await("some failed").atMost(Duration.ofSeconds(40)).until(() -> {
            append(stream, 1);
            Stores.get(store.flush());
            return metrics.count("s3stream.upload.retries") > 0 && metrics.count("s3stream.metadata.retries") > 0;
        });
        assertThat(metrics.count("s3stream.storage.requests", "outcome", "failed"))
                .isGreaterThanOrEqualTo(
                        metrics.count("s3stream.upload.retries") + metrics.count("s3stream.metadata.retries"));
        Stores.abandon(store);
    }

    @Test
    void nodesThatShareMetadataCollideAndReload() {
        StreamStore first = open(quiet());
        StreamStore second = open(quiet().nodeId(1).wal("block://" + dir.resolve("wal-1") + "?capacity=4MiB"));
        Stores.get(first.createStream(CreateOptions.named("a")));
        long reloads = metrics.count("s3stream.metadata.reloads", "node", "1");
        Stores.get(second.createStream(CreateOptions.named("b")));
        assertThat(metrics.count("s3stream.metadata.conflicts", "node", "1")).isEqualTo(1);
        assertThat(metrics.count("s3stream.metadata.reloads", "node", "1")).isEqualTo(reloads + 1);
        assertThat(metrics.values("s3stream.metadata.commit.latency", "node", "1"))
                .hasSameSizeAs(metrics.values("s3stream.metadata.commit.commands", "node", "1"))
                .isNotEmpty();
        Stores.close(second);
        Stores.close(first);
    }

    @Test
    void throwingRecorderDoesNotDisturbStore() {
        MetricsRecorder failing = new MetricsRecorder() {
            @Override
            public Counter counter(MetricDescription metric) {
                return amount -> {
                    throw new IllegalStateException("counter");
                };
            }

            @Override
            public Histogram histogram(MetricDescription metric) {
                return value -> {
                    throw new IllegalStateException("histogram");
                };
            }

            @Override
            public Registration gauge(MetricDescription metric, LongSupplier value) {
                throw new IllegalStateException("gauge");
            }
        };
        StreamStore store = open(quiet().metrics(failing));
        Stream stream = Stores.own(store, "a");
        append(stream, BATCHES);
        Stores.get(store.flush());
        Stores.scan(stream, 0, BATCHES, 100_000, batch -> {});
        Stores.close(store);
        assertThat(wals.slabsOut()).isZero();
    }

    /** Writes and uploads only on request. */
    private StreamStoreBuilder quiet() {
        StoreConfig config = Stores.smallSizes()
                .uploadInterval(Duration.ofHours(1))
                .idleFrameDelay(Duration.ofHours(1))
                .build();
        return Stores.in(dir).storage((ObjectStorage) storage).config(config).metrics(metrics);
    }

    private StreamStore open(StreamStoreBuilder builder) {
        return Stores.get(new CoreStoreProvider(wals).open(builder));
    }

    private static void append(Stream stream, int batches) {
        List<CompletableFuture<Long>> durable = new ArrayList<>();
        for (int i = 0; i < batches; i++) {
            durable.add(stream.append(RecordBatch.of(new byte[PAYLOAD], 1)).durable());
        }
        durable.forEach(Stores::get);
    }

    private long sum(String histogram) {
        return metrics.values(histogram).stream().mapToLong(Long::longValue).sum();
    }

    private long requests(String... operations) {
        long sum = 0;
        for (String operation : operations) {
            sum += metrics.count("s3stream.storage.requests", "operation", operation);
        }
        return sum;
    }
}
