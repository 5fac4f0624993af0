package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.core.CoreStoreProvider;
import io.s3stream.core.EngineParts;
import io.s3stream.core.compact.CompactionPlanner;
import io.s3stream.core.compact.CompactionSettings;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.MetadataView;
import io.s3stream.core.metadata.ObjectMetadata;
import io.s3stream.core.metadata.log.MetadataClients;
import io.s3stream.core.metadata.log.MetadataSettings;
import io.s3stream.core.metadata.state.MetadataInvariants;
import io.s3stream.core.runtime.ThreadedRuntime;
import io.s3stream.core.storage.MemoryObjectStorage;
import io.s3stream.core.storage.ObjectStorages;
import io.s3stream.core.storage.StorageRegister;
import io.s3stream.testkit.metrics.RecordedMetrics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Compaction with all other activity, on real threads and a real file system. */
@Timeout(120)
class CompactionTest {

    private static final int STREAMS = 12;
    private static final int ROUNDS = 30;
    private static final int LARGEST = 8_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path dir;

    private final RecordedMetrics metrics = new RecordedMetrics();

    /** Merges objects as soon as there are three. More than a few blocks do not fit into one request. */
    private static final class EagerCompaction extends EngineParts {

        @Override
        public CompactionSettings compactionSettings(StoreConfig config) {
            return new CompactionSettings(
                    Duration.ofMillis(20),
                    256 << 20,
                    96 << 10,
                    32 << 10,
                    16 << 10,
                    3,
                    config.blockBytes(),
                    config.streamObjectBytes(),
                    512 << 10,
                    10);
        }
    }

    @Test
    void objectsBecomeFewAndEveryByteStays() {
        StreamStore store = open(new EagerCompaction());
        List<Stream> streams = ownAll(store);
        AtomicBoolean reading = new AtomicBoolean(true);
        CompletableFuture<Void> reader = CompletableFuture.runAsync(
                () -> readAllRepeatedly(streams, reading), task -> new Thread(task, "test-reader").start());
        for (int round = 0; round < ROUNDS; round++) {
            append(streams, 20);
            Stores.get(store.flush());
            if (round % 5 == 4) { // into the middle of data that may be moving to another object
                Stream trimmed = streams.get(round % STREAMS);
                Stores.get(trimmed.trim(trimmed.startOffset() + (trimmed.confirmOffset() - trimmed.startOffset()) / 3));
            }
        }
        await("compaction finished").atMost(PATIENCE).until(() -> inspect(CompactionTest::isDone));
        reading.set(false);
        Stores.get(reader);
        for (int i = 0; i < STREAMS; i++) {
            Stores.verify(streams.get(i), i, LARGEST);
        }
        Stores.close(store);
        assertThat(metrics.count("s3stream.compaction.damaged")).isZero();
        System.out.printf(
                "uploaded %d objects of %d KiB; compacted %d into %d, %d KiB read, %d KiB written%n",
                metrics.count("s3stream.upload.objects"),
                metrics.count("s3stream.upload.bytes") >> 10,
                objects("read"),
                objects("written"),
                metrics.count("s3stream.compaction.bytes", "direction", "read") >> 10,
                metrics.count("s3stream.compaction.bytes", "direction", "written") >> 10);
        WatchedParts.awaitNoThreads();

        List<ObjectMetadata> alive = liveObjects();
        assertThat(alive.stream().filter(object -> object.liveRanges() > 1).count())
                .as("shared objects: two in each of at most six tiers, and the uploads of the close")
                .isLessThanOrEqualTo(2 * 6 + 2);
        assertThat(objects("written")).isLessThan(objects("read"));
        StreamStore again = Stores.open(Stores.in(dir));
        for (int i = 0; i < STREAMS; i++) {
            Stores.verify(Stores.read(again, "s" + i), i, LARGEST);
        }
        Stores.close(again);
    }

    @Test
    void damagedObjectIsSkippedAndOthersAreMerged() throws IOException {
        fill(new EngineParts(), 6); // whose compactor first runs after the fill
        ObjectMetadata broken = liveObjects().get(0);
        Damage image = Damage.imageOf(dir);
        Path file = image.files(broken.key()).get(0);
        byte[] bytes = image.bytes(file);
        int block = Math.toIntExact(bytes.length - broken.size()); // the file has a header
        bytes[block + 200] ^= 1;
        Files.write(file, bytes);

        StreamStore store = open(new EagerCompaction());
        await("damage noticed").atMost(PATIENCE).until(() -> metrics.count("s3stream.compaction.damaged") > 0);
        await("the others merged").atMost(PATIENCE).until(() -> objects("read") > 0);
        assertThat(metrics.count("s3stream.compaction.damaged")).isEqualTo(1);
        Stream fresh = Stores.own(store, "fresh");
        Stores.get(fresh.append(Payloads.batch(77, 0, LARGEST)).durable());
        Stores.verify(fresh, 77, LARGEST);
        Stores.close(store);
        assertThat(liveObjects()).contains(broken);
        WatchedParts.awaitNoThreads();
    }

    @Test
    void missingObjectIsSkippedAndOthersAreMerged() throws IOException {
        fill(new EngineParts(), 6);
        ObjectMetadata lost = liveObjects().get(0);
        Files.delete(Damage.imageOf(dir).files(lost.key()).get(0));

        StreamStore store = open(new EagerCompaction());
        await("loss noticed").atMost(PATIENCE).until(() -> metrics.count("s3stream.compaction.damaged") > 0);
        await("the others merged").atMost(PATIENCE).until(() -> objects("read") > 0);
        assertThat(metrics.count("s3stream.compaction.damaged")).isEqualTo(1);
        Stores.close(store);
        assertThat(liveObjects()).contains(lost);
    }

    @Test
    void closeDuringCompactionLeavesNothingBehindAndLosesNothing() {
        for (int i = 0; i < 5; i++) {
            StreamStore store = open(new EagerCompaction());
            List<Stream> streams = ownAll(store);
            long before = bytesRead();
            for (int round = 0; round < 4; round++) {
                append(streams, 10);
                Stores.get(store.flush());
            }
            await("a compaction reads").atMost(PATIENCE).until(() -> bytesRead() > before);
            Stores.close(store);
            WatchedParts.awaitNoThreads();
            assertThat(metrics.openGauges()).isEmpty();
        }
        StreamStore store = open(new EngineParts());
        for (int i = 0; i < STREAMS; i++) {
            Stores.verify(Stores.read(store, "s" + i), i, LARGEST);
        }
        Stores.close(store);
        assertThat(metrics.count("s3stream.compaction.damaged")).isZero();
        assertThat(liveObjects()).isNotEmpty();
    }

    /** Merges the large objects of one stream without their bytes passing through this process. */
    @Test
    void objectStorageCopiesLargeObjects() {
        StreamStore store = open(new EagerCompaction());
        fillOneStream(store);
        await("copied")
                .atMost(PATIENCE)
                .until(() -> metrics.count("s3stream.compaction.bytes", "direction", "copied") > 150_000);
        Stores.close(store);
        WatchedParts.awaitNoThreads();
        assertThat(metrics.count("s3stream.compaction.bytes", "direction", "written"))
                .isLessThan(metrics.count("s3stream.compaction.bytes", "direction", "copied") / 4);
        StreamStore again = Stores.open(Stores.in(dir));
        Stores.verify(Stores.read(again, "s"), 0, LARGEST);
        Stores.close(again);
    }

    @Test
    void objectStorageWithoutPartCopiesIsWrittenTo() {
        NoPartCopies storage = new NoPartCopies(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT));
        StreamStore store = Stores.get(new CoreStoreProvider(new EagerCompaction())
                .open(Stores.in(dir).storage(storage).metrics(metrics)));
        Stream stream = fillOneStream(store);
        await("merged by writing").atMost(PATIENCE).until(() -> objects("written") > 0);
        assertThat(storage.refused()).isPositive();
        Stores.verify(stream, 0, LARGEST);
        Stores.close(store);
        assertThat(metrics.count("s3stream.compaction.damaged")).isZero();
    }

    private static Stream fillOneStream(StreamStore store) {
        Stream stream = Stores.own(store, "s");
        for (int round = 0; round < 6; round++) {
            List<CompletableFuture<Long>> durable = new ArrayList<>();
            for (long bytes = 0; bytes < 55 << 10; ) { // more than streamObjectBytes, less than the upload threshold
                RecordBatch batch = Payloads.batch(0, stream.nextOffset(), LARGEST);
                bytes += batch.payload().remaining();
                durable.add(stream.append(batch).durable());
            }
            durable.forEach(Stores::get);
            Stores.get(store.flush());
        }
        return stream;
    }

    @Test
    void compactionCanBeDisabled() {
        StoreConfig config = Stores.smallSizes().compactionEnabled(false).build();
        StreamStore store = Stores.get(new CoreStoreProvider(new EagerCompaction())
                .open(Stores.in(dir).config(config).metrics(metrics)));
        List<Stream> streams = ownAll(store);
        for (int round = 0; round < 6; round++) {
            append(streams, 10);
            Stores.get(store.flush());
        }
        Stores.close(store);
        assertThat(metrics.count("s3stream.compaction.tasks")).isZero();
    }

    private void fill(EngineParts parts, int rounds) {
        StreamStore store = open(parts);
        List<Stream> streams = ownAll(store);
        for (int round = 0; round < rounds; round++) {
            append(streams, 10);
            Stores.get(store.flush());
        }
        Stores.close(store);
        WatchedParts.awaitNoThreads();
    }

    private StreamStore open(EngineParts parts) {
        return Stores.get(new CoreStoreProvider(parts).open(Stores.in(dir).metrics(metrics)));
    }

    private long objects(String direction) {
        return metrics.count("s3stream.compaction.objects", "direction", direction);
    }

    private long bytesRead() {
        return metrics.count("s3stream.compaction.bytes", "direction", "read");
    }

    private static List<Stream> ownAll(StreamStore store) {
        List<Stream> streams = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            streams.add(Stores.own(store, "s" + i));
        }
        return streams;
    }

    /** The first streams get most of the bytes. */
    private static void append(List<Stream> streams, int batches) {
        List<CompletableFuture<Long>> durable = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            for (int n = 0; n < Math.max(1, batches / (i + 1)); n++) {
                Stream stream = streams.get(i);
                durable.add(stream.append(Payloads.batch(i, stream.nextOffset(), LARGEST))
                        .durable());
            }
        }
        durable.forEach(Stores::get);
    }

    private static void readAllRepeatedly(List<Stream> streams, AtomicBoolean reading) {
        while (reading.get()) {
            for (int i = 0; i < STREAMS; i++) {
                Stream stream = streams.get(i);
                long from = (stream.startOffset() + stream.confirmOffset()) / 2; // past the target of the next trim
                int who = i;
                Stores.scan(
                        stream, from, stream.confirmOffset(), 50_000, batch -> Payloads.verify(batch, who, LARGEST));
            }
        }
    }

    private static boolean isDone(MetadataView view) {
        CompactionSettings settings = new EagerCompaction().compactionSettings(Stores.small());
        return new CompactionPlanner(settings).plan(view, 0, id -> false).isEmpty();
    }

    private List<ObjectMetadata> liveObjects() {
        return inspect(view -> {
            List<ObjectMetadata> alive = new ArrayList<>();
            view.forEachObject(object -> {
                if (!object.isRetired()) {
                    alive.add(object);
                }
            });
            return alive;
        });
    }

    /** Reads the metadata with a client that has no earlier state, and checks the invariants. */
    private <T> T inspect(Function<MetadataView, T> look) {
        try (ThreadedRuntime runtime = new ThreadedRuntime(99, null, false);
                var storage = ObjectStorages.open(
                        URI.create(Stores.objects(dir)), runtime, UnpooledByteBufAllocator.DEFAULT)) {
            MetadataClient client = Stores.get(MetadataClients.open(
                    runtime, storage, new StorageRegister(storage, "meta/head"), MetadataSettings.DEFAULT));
            MetadataInvariants.check(client.view());
            T found = look.apply(client.view());
            client.close();
            return found;
        }
    }
}
