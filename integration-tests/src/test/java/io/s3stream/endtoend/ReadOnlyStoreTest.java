package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.BatchFilter;
import io.s3stream.api.CreateOptions;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StoreClosedException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Read-only stores, next to the store that writes. */
class ReadOnlyStoreTest {

    private static final int LARGEST = 20_000;
    private static final int POLLS = 500;

    /** Waiting readers share one read of the metadata in each. */
    private static final Duration READ_INTERVAL = Duration.ofMillis(200);

    @TempDir
    Path dir;

    @Test
    void readOnlyStoreFollowsUploadsAndWritesNothing() {
        try (StreamStore owner = Stores.open(Stores.in(dir))) {
            Stream stream = Stores.own(owner, "a");
            append(stream, 100);
            Stores.get(stream.flush());
            try (StreamStore store = Stores.get(readOnly().openReadOnlyAsync())) {
                StreamReader reader = Stores.read(store, "a");
                Stores.verify(reader, 0, LARGEST);
                assertThat(reader.confirmOffset()).isEqualTo(stream.confirmOffset());
                long end = reader.confirmOffset();
                CompletableFuture<FetchResult> poll =
                        reader.fetch(end, Long.MAX_VALUE, 1000, FetchOptions.longPoll(Duration.ofSeconds(30)));
                CompletableFuture<Void> durable = reader.whenDurable(end + 1);
                assertThat(poll).isNotDone();
                append(stream, 10);
                Stores.get(stream.flush());
                Stores.get(poll).close();
                Stores.get(durable);
                Stores.verify(reader, 0, LARGEST);
                assertThat(Stores.get(store.listNodes())).hasSize(1);
                assertThat(store.stats().storageWrites()).isZero();
            }
        }
    }

    @Test
    void fetchReadsAcrossObjectsUntilMinBytes() {
        int objects = 30;
        StreamStoreBuilder options = Stores.in(dir)
                .config(Stores.smallSizes().compactionEnabled(false).build());
        try (StreamStore owner = Stores.open(options)) {
            Stream stream = Stores.own(owner, "a");
            for (int i = 0; i < objects; i++) {
                stream.append(RecordBatch.of(new byte[100], 1));
                Stores.get(stream.flush());
            }
            try (StreamStore store = Stores.get(readOnly().openReadOnlyAsync())) {
                StreamReader reader = Stores.read(store, "a");
                FetchOptions half = new FetchOptions(Duration.ofMinutes(10), objects / 2 * 100);
                FetchOptions all = new FetchOptions(Duration.ofMinutes(10), objects * 100);
                for (int round = 0; round < 2; round++) {
                    try (FetchResult result = Stores.get(reader.fetch(0, Long.MAX_VALUE, 1 << 20, half))) {
                        assertThat(result.batches()).hasSizeGreaterThanOrEqualTo(objects / 2);
                    }
                    try (FetchResult result = Stores.get(reader.fetch(0, Long.MAX_VALUE, 1 << 20, all))) {
                        assertThat(result.batches())
                                .extracting(FetchedBatch::baseOffset)
                                .hasSize(objects);
                        assertThat(result.nextOffset()).isEqualTo(objects);
                    }
                }
            }
        }
    }

    @Test
    void readerPositionsAreThoseOfLastRefresh() {
        try (StreamStore owner = Stores.open(Stores.in(dir));
                StreamStore store = Stores.get(readOnly().openReadOnlyAsync())) {
            Stream stream = Stores.own(owner, "a");
            StreamReader reader = Stores.read(store, "a");
            append(stream, 10);
            Stores.get(stream.flush());
            Stores.get(stream.trim(3));
            assertThat(reader.confirmOffset()).as("without a refresh").isZero();
            Stores.get(reader.refresh());
            assertThat(reader.confirmOffset()).isEqualTo(stream.confirmOffset());
            assertThat(reader.startOffset()).isEqualTo(3);
            Stores.get(stream.refresh());
        }
    }

    @Test
    void waitingReadersReadMetadataOncePerInterval() {
        try (StreamStore owner = Stores.open(Stores.in(dir));
                StreamStore store = Stores.get(readOnly().openReadOnlyAsync())) {
            Stores.get(Stores.own(owner, "a").flush());
            StreamReader reader = Stores.read(store, "a");
            long before = store.stats().storageReads();
            List<CompletableFuture<FetchResult>> polls = new ArrayList<>();
            long begin = System.nanoTime();
            for (int i = 0; i < POLLS; i++) {
                polls.add(reader.fetch(0, Long.MAX_VALUE, 1000, FetchOptions.longPoll(Duration.ofSeconds(2))));
            }
            polls.forEach(poll -> Stores.get(poll).close());
            long reads = store.stats().storageReads() - before;
            long intervals = (System.nanoTime() - begin) / READ_INTERVAL.toNanos() + 1;
            assertThat(reads)
                    .as("at most one read an interval, and one of each poll at both ends")
                    .isLessThanOrEqualTo(intervals + 2 * POLLS);
        }
    }

    @Test
    void readOnlyStoreRefusesChanges() {
        try (StreamStore owner = Stores.open(Stores.in(dir))) {
            long id = Stores.own(owner, "a").id();
            StreamStore store = Stores.get(readOnly().openReadOnlyAsync());
            StreamReader reader = Stores.read(store, "a");
            List<Callable<?>> calls = List.of(
                    () -> store.createStream(CreateOptions.unnamed()),
                    () -> store.openStream(id, OpenOptions.owner()),
                    () -> store.openStreams(List.of(id), OpenOptions.owner()),
                    () -> store.createStreams(List.of(CreateOptions.unnamed())),
                    () -> store.deleteStream(id),
                    () -> store.appendAll(List.of()),
                    () -> store.tryAppendAll(List.of()),
                    store::flush,
                    store::wal,
                    () -> store.rewrite(id, 0, 1, batch -> BatchFilter.Verdict.keep()),
                    () -> store.switchWal(URI.create("store:/")),
                    () -> store.takeOver(0),
                    () -> store.commit(List.of()),
                    () -> store.setNodeTags(Map.of()),
                    store::nodeEpoch);
            for (Callable<?> call : calls) {
                assertThat(Stores.failure(call))
                        .isInstanceOf(InvalidRequestException.class)
                        .hasMessageMatching(".*read-?only.*|.*openReadOnly.*");
            }
            assertThat(Stores.failure(() -> store.openStream(id, OpenOptions.owner())))
                    .hasMessageContaining("openReader");
            assertThat(store.openStreams()).isEmpty();
            CompletableFuture<FetchResult> poll =
                    reader.fetch(0, Long.MAX_VALUE, 1000, FetchOptions.longPoll(Duration.ofSeconds(30)));
            store.close();
            assertThat(Stores.failure(() -> poll)).isInstanceOf(StoreClosedException.class);
            assertThat(Stores.failure(() -> store.findStream("a"))).isInstanceOf(StoreClosedException.class);
        }
    }

    @Test
    void openingCreatesNoStore() {
        for (int i = 0; i < 2; i++) {
            assertThat(Stores.failure(() -> readOnly().openReadOnlyAsync()))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("meta/head");
        }
    }

    private StreamStoreBuilder readOnly() {
        return StreamStore.builder().storage(Stores.objects(dir)).config(Stores.small());
    }

    private static void append(Stream stream, int batches) {
        List<CompletableFuture<?>> durable = new ArrayList<>();
        for (int n = 0; n < batches; n++) {
            durable.add(stream.append(Payloads.batch(0, stream.nextOffset(), LARGEST))
                    .durable());
        }
        durable.forEach(Stores::get);
    }
}
