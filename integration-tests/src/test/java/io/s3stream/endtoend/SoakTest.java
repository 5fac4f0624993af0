package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.OffsetOutOfRangeException;
import io.s3stream.api.errors.StreamNotFoundException;
import io.s3stream.api.metadata.StreamInfo;
import io.s3stream.core.runtime.ThreadedRuntime;
import io.s3stream.core.storage.MeteredObjectStorage;
import io.s3stream.core.storage.ObjectStorages;
import io.s3stream.core.storage.StorageCounters;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many streams of skewed rates are trimmed, deleted and created. Their node is closed and abandoned. Compaction and
 * deletion run all the time, and readers on another node follow. No reader sees an error or a wrong byte, and in the
 * end the store is complete.
 */
@Tag("campaign")
class SoakTest {

    private static final int LARGEST = 20_000;
    private static final int STREAMS = Integer.getInteger("soak.streams", 1000);
    private static final long NANOS =
            Duration.ofSeconds(Integer.getInteger("soak.seconds", 60)).toNanos();
    private static final int READERS = 2;

    @TempDir
    Path dir;

    private final Random random = new Random(Long.getLong("soak.seed", System.nanoTime()));
    private final ThreadedRuntime runtime = new ThreadedRuntime(99, null, false);
    private final Map<Integer, Stream> open = new HashMap<>();
    private final Map<Integer, CompletableFuture<Long>> durable = new HashMap<>(); // of each stream's last append
    private final Map<Integer, Long> ends = new HashMap<>();
    private final List<Integer> writers = new ArrayList<>(); // by rank; a writer's stream is named after it
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicLong read = new AtomicLong();
    private int created;
    private long appendedBytes;

    @Test
    void allActivitiesAtOnceLoseNothing() {
        MeteredObjectStorage storage = new MeteredObjectStorage(
                ObjectStorages.open(dir.resolve("objects").toUri(), runtime, UnpooledByteBufAllocator.DEFAULT));
        StreamStore other =
                Stores.open(Stores.in(dir).nodeId(7).wal("block://" + dir.resolve("wal-7") + "?capacity=4MiB"));
        StreamStore store = openNode(storage);
        for (int rank = 0; rank < STREAMS; rank++) {
            create(store, rank);
        }
        List<CompletableFuture<Void>> readers = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            Random own = new Random(random.nextLong());
            readers.add(CompletableFuture.runAsync(() -> readUntilStopped(other, own)));
        }
        long most = 0;
        int restarts = 0;
        long end = System.nanoTime() + NANOS;
        for (int action = 0;
                System.nanoTime() < end && readers.stream().noneMatch(CompletableFuture::isDone);
                action++) {
            act(store);
            if (action % 20_000 == 19_999) {
                store = restart(store, storage);
                restarts++;
                most = Math.max(most, objects(storage));
            }
        }
        stopped.set(true);
        readers.forEach(Stores::get);
        Stores.close(store);
        Stores.close(other);
        Stores.verifyDeep(Stores.objects(dir));
        checkAll(storage);
        StorageCounters counters = storage.counters();
        System.out.printf(
                "%,d bytes appended, %,d read back; %.2f bytes written per byte, %.0f writes and %.0f reads per GiB; "
                        + "%d restarts, %d streams created, objects at most %d%n",
                appendedBytes,
                read.get(),
                (double) counters.bytesWritten() / appendedBytes,
                counters.writes() / gib(),
                counters.reads() / gib(),
                restarts,
                created,
                most);
        storage.close();
        runtime.close();
    }

    private double gib() {
        return (double) appendedBytes / (1L << 30);
    }

    private StreamStore openNode(MeteredObjectStorage storage) {
        StoreConfig config = Stores.smallSizes()
                .writeCacheBytes(32 << 20)
                .uploadThresholdBytes(1 << 20)
                .streamObjectBytes(256 << 10)
                .compactionInterval(Duration.ofMillis(100))
                .compactionFanout(4)
                .deletionGrace(Duration.ofSeconds(1))
                .sweepInterval(Duration.ofSeconds(5))
                .build();
        return Stores.open(StreamStore.builder()
                .storage(storage)
                .wal("block://" + dir.resolve("wal") + "?capacity=32MiB&singleAttach=true")
                .config(config));
    }

    private void create(StreamStore store, int rank) {
        int writer = created++;
        if (rank == writers.size()) {
            writers.add(writer);
        } else {
            writers.set(rank, writer);
        }
        open.put(writer, Stores.own(store, "w" + writer));
        ends.put(writer, 0L);
    }

    /** Low ranks are much more likely. */
    private int rank() {
        return (int) (Math.pow(STREAMS, random.nextDouble())) - 1;
    }

    private void act(StreamStore store) {
        int rank = rank();
        int writer = writers.get(rank);
        Stream stream = open.get(writer);
        int dice = random.nextInt(2000);
        if (dice == 0) {
            Stores.get(stream.close());
            Stores.get(store.deleteStream(stream.id()));
            open.remove(writer);
            ends.remove(writer);
            durable.remove(writer);
            create(store, rank);
        } else if (dice < 20) {
            long to = stream.startOffset();
            to += (long) (random.nextDouble() * (stream.confirmOffset() - to));
            Stores.get(stream.trim(to));
        } else {
            RecordBatch batch = Payloads.batch(writer, stream.nextOffset(), LARGEST);
            appendedBytes += batch.payload().remaining();
            durable.put(writer, stream.append(batch).durable());
            ends.put(writer, stream.nextOffset());
        }
    }

    private StreamStore restart(StreamStore store, MeteredObjectStorage storage) {
        durable.values().forEach(Stores::get);
        durable.clear();
        if (random.nextBoolean()) {
            Stores.close(store);
        } else {
            Stores.abandon(store);
        }
        StreamStore next = openNode(storage);
        for (int writer : writers) {
            Stream stream = Stores.own(next, "w" + writer);
            assertThat(stream.confirmOffset()).as("writer %s", writer).isGreaterThanOrEqualTo(ends.get(writer));
            open.put(writer, stream);
        }
        return next;
    }

    private void readUntilStopped(StreamStore other, Random own) {
        while (!stopped.get()) {
            List<StreamInfo> all = Stores.list(other, "w");
            if (all.isEmpty()) {
                continue;
            }
            StreamInfo info = all.get((int) Math.pow(all.size(), own.nextDouble()) - 1);
            try {
                StreamReader stream = Stores.get(other.openReader(info.id()));
                readSome(stream, Integer.parseInt(info.name().substring(1)), own);
            } catch (StreamNotFoundException | OffsetOutOfRangeException e) {
                // Deleted or trimmed since the listing.
            }
        }
    }

    private void readSome(StreamReader stream, int writer, Random own) {
        long from = stream.startOffset() + (long) (own.nextDouble() * (stream.confirmOffset() - stream.startOffset()));
        for (int i = 0; i < 50 && !stopped.get(); i++) {
            try (FetchResult result = Stores.get(stream.fetch(from, Long.MAX_VALUE, 100_000, FetchOptions.NO_WAIT))) {
                if (result.batches().isEmpty()) {
                    return;
                }
                result.batches().forEach(batch -> {
                    Payloads.verify(batch, writer, LARGEST);
                    read.addAndGet(batch.payload().remaining());
                });
                from = result.nextOffset();
            }
        }
    }

    private void checkAll(MeteredObjectStorage storage) {
        StreamStore last = openNode(storage);
        for (int writer : writers) {
            StreamReader stream = Stores.read(last, "w" + writer);
            assertThat(stream.confirmOffset()).isEqualTo(ends.get(writer));
            Stores.verify(stream, writer, LARGEST);
        }
        Stores.close(last);
    }

    private static long objects(MeteredObjectStorage storage) {
        long count = 0;
        String after = "";
        while (true) {
            var page = Stores.get(storage.list("data/", after, 1000));
            if (page.isEmpty()) {
                return count;
            }
            count += page.size();
            after = page.get(page.size() - 1).key();
        }
    }
}
