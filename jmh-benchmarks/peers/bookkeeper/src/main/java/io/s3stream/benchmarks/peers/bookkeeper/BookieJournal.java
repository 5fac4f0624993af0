package io.s3stream.benchmarks.peers.bookkeeper;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.s3stream.benchmarks.peers.worker.Ack;
import io.s3stream.benchmarks.peers.worker.Journal;
import io.s3stream.benchmarks.peers.worker.Setup;
import io.s3stream.benchmarks.peers.worker.Worker;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import org.apache.bookkeeper.bookie.LedgerDirsManager;
import org.apache.bookkeeper.client.BKException;
import org.apache.bookkeeper.conf.ServerConfiguration;
import org.apache.bookkeeper.proto.BookkeeperInternalCallbacks.WriteCallback;
import org.apache.bookkeeper.stats.NullStatsLogger;
import org.apache.bookkeeper.util.DiskChecker;

/** Adds entries of one ledger for each producer. A producer's thread owns the number of its next entry. */
final class BookieJournal implements Journal {

    /** Longs between the counters of two producers, so that they share no cache line. */
    private static final int SPACING = 16;

    private static final WriteCallback CALLBACK = (code, ledger, entry, address, context) -> {
        Ack ack = (Ack) context;
        if (code == BKException.Code.OK) {
            ack.durable();
        } else {
            ack.failed(new IOException("ledger=" + ledger + " entry=" + entry + " code=" + code));
        }
    };

    private final org.apache.bookkeeper.bookie.Journal journal;
    private final ByteBuf payload;
    private final long[] nextEntries;

    BookieJournal(Setup setup) throws IOException {
        File directory = setup.directory().toFile();
        ServerConfiguration conf = new ServerConfiguration();
        conf.setJournalDirName(directory.getPath());
        conf.setLedgerDirNames(new String[] {directory.getPath()});
        File current = new File(directory, "current");
        Files.createDirectories(current.toPath());
        LedgerDirsManager ledgers = new LedgerDirsManager(
                conf,
                new File[] {directory},
                new DiskChecker(conf.getDiskUsageThreshold(), conf.getDiskUsageWarnThreshold()));
        this.journal = new org.apache.bookkeeper.bookie.Journal(
                0, current, conf, ledgers, NullStatsLogger.INSTANCE, PooledByteBufAllocator.DEFAULT);
        this.payload = Unpooled.directBuffer(setup.payload().length).writeBytes(setup.payload());
        this.nextEntries = new long[setup.producers() * SPACING];
        journal.start();
    }

    public static void main(String[] arguments) {
        Worker.main(arguments, BookieJournal::new);
    }

    @Override
    public void append(int producer, Ack ack) throws InterruptedException {
        ByteBuf entry = payload.retainedDuplicate();
        journal.logAddEntry(producer, nextEntries[producer * SPACING]++, entry, false, CALLBACK, ack);
        entry.release(); // the journal has taken a reference of its own
    }

    @Override
    public void close() {
        journal.shutdown();
        payload.release();
    }
}
