package io.s3stream.cli.demo;

import io.s3stream.api.StoreStats;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.cli.terminal.Output;
import io.s3stream.cli.terminal.Streams;
import java.util.List;

/** Act 2: another node, with an empty WAL and empty caches, reads all streams from objects. */
final class CatchUpAct {

    private final StreamStore store;
    private final List<Ledger> ledgers;
    private final Output out;

    CatchUpAct(StreamStore store, List<Ledger> ledgers, Output out) {
        this.store = store;
        this.ledgers = ledgers;
        this.out = out;
    }

    void run() {
        out.say("");
        out.say("2. Catch up on another node, from objects only");
        long began = System.nanoTime();
        long bytes = 0;
        for (Ledger ledger : ledgers) {
            StreamReader stream = Streams.reader(store, ledger.stream());
            Ledger seen = new Ledger(ledger.stream());
            Streams.read(stream, 0, stream.confirmOffset(), batch -> seen.add(batch.payload()));
            ledger.requireEqual(seen, "the catch-up reader");
            bytes += seen.bytes();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        StoreStats stats = store.stats();
        out.say(
                "   %.1f MB in %.2f s (%.0f MB/s), %d reads of object storage; checksums agree",
                bytes / 1e6, seconds, bytes / 1e6 / seconds, stats.storageReads());
    }
}
