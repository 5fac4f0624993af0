package io.s3stream.endtoend;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.core.runtime.ThreadedRuntime;
import io.s3stream.core.storage.ObjectStorages;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A small process, {@code DIRECTORY MEBIBYTES}. It appends that many MiB to four streams, faster than its object
 * storage, and watches the memory that the store reports. Then it reads everything back. It prints
 * {@code result good .} or the failure.
 */
final class AppendUnderPressure {

    /** Prints a line for every 16 MiB of a stream. */
    private static final int PROGRESS_SHIFT = 24;

    private static final int STREAMS = 4;
    private static final int LARGEST = 400_000;
    private static final int FETCH_BYTES = 1 << 20;

    private AppendUnderPressure() {}

    public static void main(String[] args) {
        try {
            run(Path.of(args[0]), Long.parseLong(args[1]) << 20);
            System.out.println("result good .");
        } catch (Throwable e) {
            e.printStackTrace();
            System.out.println("result " + String.valueOf(e).replace('\n', ' ') + " .");
        }
        System.exit(0);
    }

    private static void run(Path dir, long bytes) {
        ThreadedRuntime runtime = new ThreadedRuntime(99, null, false);
        SlowStorage slow = new SlowStorage(
                ObjectStorages.open(URI.create(Stores.objects(dir)), runtime, UnpooledByteBufAllocator.DEFAULT), 20, 3);
        StoreConfig config = Stores.smallSizes()
                .writeCacheBytes(16 << 20)
                .blockCacheBytes(4 << 20)
                .readBufferBytes(4 << 20)
                .frameBytes(256 << 10)
                .maxAppendBytes(512 << 10)
                .uploadThresholdBytes(4 << 20)
                .blockBytes(256 << 10)
                .streamObjectBytes(2 << 20)
                .appendTimeout(Duration.ofSeconds(60))
                .closeTimeout(Duration.ofSeconds(60))
                .build();
        WatchedParts parts = new WatchedParts();
        StreamStore store = Stores.open(
                StreamStore.builder()
                        .storage(slow)
                        .wal("block://" + dir.resolve("wal") + "?capacity=64MiB")
                        .config(config),
                parts);
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong most = new AtomicLong();
        Thread watch = new Thread(() -> {
            while (!over.get()) {
                most.accumulateAndGet(store.stats().memoryUsedBytes(), Math::max);
                Thread.onSpinWait();
                Thread.yield();
            }
        });
        watch.setDaemon(true);
        watch.start();
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            int who = i;
            Stream stream = Stores.own(store, "s" + i);
            writers.add(CompletableFuture.runAsync(
                    () -> write(stream, who, bytes / STREAMS), task -> new Thread(task).start()));
        }
        writers.forEach(CompletableFuture::join);
        Stores.get(store.flush());
        List<CompletableFuture<Void>> readers = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            int who = i;
            StreamReader stream = Stores.read(store, "s" + i);
            readers.add(CompletableFuture.runAsync(() -> verify(stream, who), task -> new Thread(task).start()));
        }
        readers.forEach(CompletableFuture::join);
        over.set(true);
        long limit = config.memoryBytes() + parts.slabBytes();
        if (most.get() > limit) {
            throw new AssertionError("used " + most + " bytes of memory, limit and one slab are " + limit);
        }
        store.close();
    }

    private static void verify(StreamReader stream, int who) {
        long[] read = {0};
        Stores.scan(stream, stream.startOffset(), stream.confirmOffset(), FETCH_BYTES, batch -> {
            Payloads.verify(batch, who, LARGEST);
            long before = read[0];
            read[0] += batch.payload().remaining();
            if (before >> PROGRESS_SHIFT != read[0] >> PROGRESS_SHIFT) {
                System.out.println("read " + read[0] + " .");
            }
        });
    }

    private static void write(Stream stream, int who, long bytes) {
        long left = bytes;
        int busy = 0;
        while (left > 0) {
            var batch = Payloads.batch(who, stream.nextOffset(), LARGEST);
            long before = left;
            left -= batch.payload().remaining();
            if (before >> PROGRESS_SHIFT != left >> PROGRESS_SHIFT) {
                System.out.println("left " + left + " ."); // progress for the waiting parent
            }
            try {
                stream.tryAppend(batch);
            } catch (StoreBusyException full) {
                busy++;
                if (busy % 2 == 0) {
                    Stores.get(stream.writable(batch.payload().remaining()));
                    left += batch.payload().remaining();
                } else {
                    stream.append(batch);
                }
            }
        }
        Stores.get(stream.whenDurable(stream.nextOffset()));
    }
}
