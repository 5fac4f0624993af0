package io.s3stream.benchmarks.peers.rocksdb;

import io.s3stream.benchmarks.peers.worker.Ack;
import io.s3stream.benchmarks.peers.worker.GroupCommit;
import io.s3stream.benchmarks.peers.worker.Journal;
import io.s3stream.benchmarks.peers.worker.Setup;
import io.s3stream.benchmarks.peers.worker.Worker;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** Writes groups of records as synced batches. Each committing thread owns a batch and its buffers. */
final class RocksJournal implements Journal {

    private static final int THREADS = 2;
    private static final int MAX_GROUP_BYTES = 8 << 20;

    private final Options options = new Options().setCreateIfMissing(true).setDisableAutoCompactions(true);
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final RocksDB database;
    private final byte[] payload;
    private final boolean logOnly;
    private final AtomicLong nextKey = new AtomicLong();
    private final List<Writer> writers = new ArrayList<>();
    private final GroupCommit groups;

    RocksJournal(Setup setup) throws RocksDBException {
        // Without compaction nothing merges the flushed files, so their number must not slow down writes.
        options.setLevel0SlowdownWritesTrigger(Integer.MAX_VALUE).setLevel0StopWritesTrigger(Integer.MAX_VALUE);
        this.database = RocksDB.open(options, setup.directory().toString());
        this.payload = setup.payload();
        this.logOnly = setup.variant().equals("log");
        for (int i = 0; i < THREADS; i++) {
            writers.add(new Writer());
        }
        int maxRecords = Math.max(1, MAX_GROUP_BYTES / payload.length);
        this.groups = new GroupCommit(
                THREADS, maxRecords, (thread, records) -> writers.get(thread).write(records));
    }

    public static void main(String[] arguments) {
        Worker.main(arguments, RocksJournal::new);
    }

    @Override
    public void append(int producer, Ack ack) {
        groups.add(ack);
    }

    @Override
    public void close() throws InterruptedException {
        groups.close();
        writers.forEach(Writer::close);
        database.close();
        synced.close();
        options.close();
    }

    private final class Writer implements AutoCloseable {

        private final WriteBatch batch = new WriteBatch();
        private final ByteBuffer key = ByteBuffer.allocateDirect(Long.BYTES);
        private final ByteBuffer value =
                ByteBuffer.allocateDirect(payload.length).put(payload).flip();

        void write(int records) throws RocksDBException {
            long first = nextKey.getAndAdd(records);
            for (int i = 0; i < records; i++) {
                if (logOnly) {
                    batch.putLogData(payload);
                } else {
                    batch.put(key.clear().putLong(0, first + i), value.rewind());
                }
            }
            database.write(synced, batch);
            batch.clear();
        }

        @Override
        public void close() {
            batch.close();
        }
    }
}
