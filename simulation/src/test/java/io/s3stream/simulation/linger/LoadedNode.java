package io.s3stream.simulation.linger;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.core.CoreStoreProvider;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A whole store with its WAL on a distant object storage, under a load in virtual time. CPU time costs nothing here.
 * Owns the latencies of the measured time.
 */
final class LoadedNode {

    static final long MS = 1_000_000;
    static final long SECOND = 1000 * MS;

    private static final int STREAMS = 20;
    private static final long MAX_EVENTS = 100_000_000;

    private final Simulator simulator;
    private final DistantStorage storage;
    private final StreamStore store;
    private final List<Stream> streams = new ArrayList<>();
    private long[] latencies = new long[1 << 16];
    private int samples;
    private long bytes;
    private boolean measures;
    private int turn;

    /** @param writes the PUTs of the WAL in the measured time */
    record Report(long nanos, long writes, long walBytes, long bytes, double p50, double p99) {

        double putsPerSecond() {
            return writes * (double) SECOND / nanos;
        }

        double putsPerGib() {
            return writes / (bytes / (double) (1 << 30));
        }

        double mibPerSecond() {
            return bytes / (double) (1 << 20) * SECOND / nanos;
        }

        @Override
        public String toString() {
            return String.format(
                    "p50 %.1f ms, p99 %.1f ms, %.1f PUT/s, %.0f PUT/GiB, %.1f MiB/s",
                    p50, p99, putsPerSecond(), putsPerGib(), mibPerSecond());
        }
    }

    LoadedNode(long seed, String wal, long putNanos) {
        simulator = new Simulator(seed);
        SimNode node = new SimNode(simulator, "n", step -> false);
        storage = new DistantStorage(node, putNanos);
        store = await(new CoreStoreProvider()
                .open(StreamStore.builder()
                        .runtime(node)
                        .storage(storage)
                        .wal(wal)
                        .config(StoreConfig.defaults())));
        for (int i = 0; i < STREAMS; i++) {
            long id = await(store.createStream(CreateOptions.named("s" + i)));
            streams.add(await(store.openStream(id, OpenOptions.owner())));
        }
    }

    private <T> T await(CompletableFuture<T> future) {
        simulator.runUntil(future::isDone, MAX_EVENTS, "the store");
        return future.join();
    }

    /** Adds appends at random times that depend on no acknowledgement. */
    LoadedNode openLoop(double bytesPerSecond, int recordBytes) {
        double meanGap = recordBytes / bytesPerSecond * SECOND;
        simulator.after(0, "load", new Runnable() {
            @Override
            public void run() {
                append(recordBytes, () -> {});
                simulator.after((long) (-Math.log(1 - simulator.random().nextDouble()) * meanGap), "load", this);
            }
        });
        return this;
    }

    /**
     * Adds a client with several requests in flight. It sends the next one after an acknowledgement.
     *
     * @param batches appends of one request
     * @param thinkNanos the mean time between an acknowledgement and the next request
     */
    LoadedNode client(int requests, int batches, int batchBytes, long thinkNanos) {
        for (int i = 0; i < requests; i++) {
            simulator.after(i * thinkNanos, "client", () -> request(batches, batchBytes, thinkNanos));
        }
        return this;
    }

    private void request(int batches, int batchBytes, long thinkNanos) {
        int[] open = {batches};
        for (int i = 0; i < batches; i++) {
            append(batchBytes, () -> {
                if (--open[0] == 0) {
                    long think = (long) (thinkNanos * (0.5 + simulator.random().nextDouble()));
                    simulator.after(think, "client", () -> request(batches, batchBytes, thinkNanos));
                }
            });
        }
    }

    private void append(int recordBytes, Runnable onAnswer) {
        long due = simulator.now();
        Stream stream = streams.get(turn++ % STREAMS);
        stream.tryAppend(RecordBatch.of(ByteBuffer.allocate(recordBytes), 1))
                .durable()
                .whenComplete((offset, error) -> {
                    if (error != null) {
                        throw new IllegalStateException("an append failed", error);
                    }
                    record(simulator.now() - due, recordBytes);
                    onAnswer.run();
                });
    }

    private void record(long nanos, int recordBytes) {
        if (!measures) {
            return;
        }
        bytes += recordBytes;
        if (samples == latencies.length) {
            latencies = Arrays.copyOf(latencies, 2 * samples);
        }
        latencies[samples++] = nanos;
    }

    /** Runs the load, first without measuring. */
    Report run(long warmupNanos, long nanos) {
        simulator.runFor(warmupNanos);
        long puts = storage.walPuts();
        long walBytes = storage.walBytes();
        measures = true;
        simulator.runFor(nanos);
        measures = false;
        Arrays.sort(latencies, 0, samples);
        return new Report(
                nanos, storage.walPuts() - puts, storage.walBytes() - walBytes, bytes, quantile(0.5), quantile(0.99));
    }

    private double quantile(double part) {
        return latencies[(int) (part * (samples - 1))] / (double) MS;
    }
}
