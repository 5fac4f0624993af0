package io.s3stream.kafka.transactions;

import io.s3stream.kafka.partition.AppendedBatch;
import io.s3stream.kafka.partition.PartitionLog;
import io.s3stream.kafka.producers.StreamScan;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.coordinator.transaction.TransactionLog;
import org.apache.kafka.coordinator.transaction.TransactionMetadata;
import org.apache.kafka.coordinator.transaction.TxnTransitMetadata;
import org.apache.kafka.server.common.TransactionVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of one partition of {@code __transaction_state}: the latest record of a transactional id is its state. Owns
 * the latest values that were appended. The log is bounded: it writes the latest values again and trims the rest.
 * Confined to the coordinator's thread.
 */
final class StateLog {

    private static final Logger LOG = LoggerFactory.getLogger(StateLog.class);
    private static final int REWRITE_BATCH_BYTES = 256 << 10;
    private static final int BYTES_PER_LIVE_BYTE = 4;

    private final PartitionLog log;
    private final Executor context;
    private final long rewriteBytes;
    private final Map<String, byte[]> latest;
    private long liveBytes;
    private long appendedBytes;
    private boolean isRewriting;

    private StateLog(
            PartitionLog log, Executor context, long rewriteBytes, Map<String, byte[]> latest, long readBytes) {
        this.log = log;
        this.context = context;
        this.rewriteBytes = rewriteBytes;
        this.latest = latest;
        this.appendedBytes = readBytes;
        latest.forEach((id, value) -> liveBytes += id.length() + value.length);
    }

    /** A log, and the states that it had at its opening. */
    record Loaded(StateLog log, Map<String, TransactionMetadata> transactions) {}

    /** Reads a log. Completes on the coordinator's thread. */
    static CompletableFuture<Loaded> load(PartitionLog log, Executor context, long rewriteBytes) {
        Map<String, byte[]> latest = new LinkedHashMap<>();
        Map<String, TransactionMetadata> transactions = new HashMap<>();
        AtomicLong bytes = new AtomicLong();
        return StreamScan.run(log.stream(), log.startOffset(), fetched -> {
                    bytes.addAndGet(fetched.payload().remaining());
                    for (MutableRecordBatch batch :
                            MemoryRecords.readableRecords(fetched.payload()).batches()) {
                        batch.forEach(record -> replay(record, latest, transactions));
                    }
                })
                .thenApplyAsync(
                        done -> new Loaded(new StateLog(log, context, rewriteBytes, latest, bytes.get()), transactions),
                        context);
    }

    private static void replay(
            Record record, Map<String, byte[]> latest, Map<String, TransactionMetadata> transactions) {
        ByteBuffer value = record.value();
        byte[] bytes = value == null ? null : Utils.toArray(value.duplicate());
        TransactionLog.ReadResult read = TransactionLog.read(record.key(), value);
        if (read instanceof TransactionLog.TxnRecord found && bytes != null) {
            latest.put(found.transactionId(), bytes);
            transactions.put(found.transactionId(), found.metadata());
        } else if (read instanceof TransactionLog.TxnTombstone removed) {
            latest.remove(removed.transactionId());
            transactions.remove(removed.transactionId());
        } else {
            LOG.warn("a record of a newer version is ignored: {}", read);
        }
    }

    int epoch() {
        return log.leaderEpoch();
    }

    /** Appends a state. Completes on the coordinator's thread when it is durable. */
    CompletableFuture<Void> append(String id, TxnTransitMetadata state) {
        return append(id, TransactionLog.valueToBytes(state, TransactionVersion.TV_2));
    }

    /** Removes the state of an id. Completes on the coordinator's thread when that is durable. */
    CompletableFuture<Void> remove(String id) {
        return append(id, (byte[]) null);
    }

    private CompletableFuture<Void> append(String id, byte @Nullable [] value) {
        MemoryRecords records = MemoryRecords.withRecords(
                Compression.NONE, new SimpleRecord(System.currentTimeMillis(), TransactionLog.keyToBytes(id), value));
        CompletableFuture<AppendedBatch> appended = log.appendInternal(records, null);
        if (!appended.isCompletedExceptionally()) {
            remember(id, value);
            appendedBytes += records.sizeInBytes();
        }
        CompletableFuture<Void> durable =
                appended.thenCompose(batch -> batch.durable()).thenApplyAsync(done -> null, context);
        rewriteIfLarge();
        return durable;
    }

    /** A value is the latest from its append on: a rewrite that follows in the log must not bring back an older one. */
    private void remember(String id, byte @Nullable [] value) {
        byte[] before = value == null ? latest.remove(id) : latest.put(id, value);
        liveBytes +=
                (value == null ? 0 : id.length() + value.length) - (before == null ? 0 : id.length() + before.length);
    }

    private void rewriteIfLarge() {
        if (isRewriting || appendedBytes < Math.max(rewriteBytes, BYTES_PER_LIVE_BYTE * liveBytes)) {
            return;
        }
        isRewriting = true;
        appendedBytes = 0;
        List<CompletableFuture<AppendedBatch>> appends = new ArrayList<>();
        List<SimpleRecord> batch = new ArrayList<>();
        long now = System.currentTimeMillis();
        long bytes = 0;
        for (Map.Entry<String, byte[]> entry : latest.entrySet()) {
            batch.add(new SimpleRecord(now, TransactionLog.keyToBytes(entry.getKey()), entry.getValue()));
            bytes += entry.getKey().length() + entry.getValue().length;
            if (bytes >= REWRITE_BATCH_BYTES) {
                appends.add(appendAll(batch));
                batch.clear();
                bytes = 0;
            }
        }
        if (!batch.isEmpty()) {
            appends.add(appendAll(batch));
        }
        trimBefore(appends);
    }

    private CompletableFuture<AppendedBatch> appendAll(List<SimpleRecord> batch) {
        return log.appendInternal(
                MemoryRecords.withRecords(Compression.NONE, batch.toArray(SimpleRecord[]::new)), null);
    }

    private void trimBefore(List<CompletableFuture<AppendedBatch>> appends) {
        CompletableFuture<Void> durable = CompletableFuture.completedFuture(null);
        for (CompletableFuture<AppendedBatch> append : appends) {
            durable = durable.thenCompose(before -> append.thenCompose(batch -> batch.durable()))
                    .thenApply(done -> null);
        }
        durable.thenCompose(done -> appends.isEmpty()
                        ? CompletableFuture.completedFuture(null)
                        : log.trim(appends.get(0).join().baseOffset()))
                .whenCompleteAsync(
                        (done, error) -> {
                            isRewriting = false;
                            if (error != null) {
                                LOG.warn("{} is not trimmed; a later append tries again", log.name(), error);
                            }
                        },
                        context);
    }
}
