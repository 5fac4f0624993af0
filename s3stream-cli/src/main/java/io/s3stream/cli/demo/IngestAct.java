package io.s3stream.cli.demo;

import io.s3stream.api.AppendResult;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreStats;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.Output;
import io.s3stream.cli.terminal.Streams;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Act 1: writes several streams while a reader tails each, and uploads all records. */
final class IngestAct {

    private static final int STREAMS = 4;
    private static final long MAX_RECORDS = 600_000;
    private static final long MAX_NANOS = 4_000_000_000L;
    private static final int PROGRESS_EVERY = 150_000;

    private final StreamStore store;
    private final DemoInput input;
    private final Output out;

    IngestAct(StreamStore store, DemoInput input, Output out) {
        this.store = store;
        this.input = input;
        this.out = out;
    }

    /** Returns a ledger of each stream. */
    List<Ledger> run() {
        out.say("");
        out.say("1. Ingest into %d streams, a tailing reader on each", STREAMS);
        ExecutorService threads = Executors.newFixedThreadPool(STREAMS);
        try {
            return ingest(threads);
        } finally {
            threads.shutdown();
        }
    }

    private List<Ledger> ingest(ExecutorService threads) {
        List<Stream> streams = new ArrayList<>();
        List<Ledger> ledgers = new ArrayList<>();
        List<TailingReader> readers = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            Stream stream = Streams.ownerOfNew(store, "demo-" + i);
            streams.add(stream);
            ledgers.add(new Ledger(stream.name()));
            readers.add(TailingReader.start(stream, threads));
        }
        long began = System.nanoTime();
        long records = append(streams, ledgers, began);
        streams.forEach(stream -> Futures.await(stream.whenDurable(stream.nextOffset())));
        double seconds = (System.nanoTime() - began) / 1e9;
        double megabytes = ledgers.stream().mapToLong(Ledger::bytes).sum() / 1e6;
        out.say(
                "   %d records, %.1f MB durable in %.2f s: %.0f records/s",
                records, megabytes, seconds, records / seconds);
        for (int i = 0; i < STREAMS; i++) {
            ledgers.get(i).requireEqual(readers.get(i).readTo(ledgers.get(i).records()), "the tailing reader");
        }
        out.say("   the %d tailing readers got every record, in order", STREAMS);
        Futures.await(store.flush());
        StoreStats stats = store.stats();
        out.say(
                "   uploaded: %.1f MB in %d requests; WAL now holds %d bytes",
                stats.uploadedBytes() / 1e6, stats.storageWrites(), stats.walUsedBytes());
        return ledgers;
    }

    /** Appends without waiting, except for one record at each line of progress. */
    private long append(List<Stream> streams, List<Ledger> ledgers, long began) {
        long n = 0;
        for (; n < MAX_RECORDS && System.nanoTime() - began < MAX_NANOS; n++) {
            int i = (int) (n % STREAMS);
            byte[] record = input.record(n);
            AppendResult result = streams.get(i).append(RecordBatch.of(record, System.currentTimeMillis()));
            ledgers.get(i).add(ByteBuffer.wrap(record));
            if (n % PROGRESS_EVERY == PROGRESS_EVERY - 1) {
                Futures.await(result.durable());
                out.say("   … %d records", n + 1);
            }
        }
        return n;
    }
}
