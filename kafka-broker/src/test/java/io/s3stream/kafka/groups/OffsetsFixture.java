package io.s3stream.kafka.groups;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.kafka.partition.LogSettings;
import io.s3stream.kafka.partition.PartitionLog;
import io.s3stream.kafka.partition.PartitionLogs;
import io.s3stream.kafka.producers.VerificationGuard;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.TransactionResult;
import org.apache.kafka.coordinator.common.runtime.CoordinatorRecord;
import org.apache.kafka.coordinator.group.GroupCoordinatorRecordHelpers;
import org.apache.kafka.coordinator.group.GroupCoordinatorRecordSerde;
import org.apache.kafka.coordinator.group.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/** A log of offsets in a store on disk, written by a {@link ModelCoordinator}. */
final class OffsetsFixture implements AutoCloseable {

    private static final short EPOCH = 0;

    private static final GroupCoordinatorRecordSerde SERDE = new GroupCoordinatorRecordSerde();

    private final Path dir;
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private StreamStore store;
    private PartitionLogs opener;
    private OffsetsLog log;
    private ModelCoordinator coordinator = new ModelCoordinator();

    OffsetsFixture(Path dir) {
        this.dir = dir;
        open();
    }

    private void open() {
        store = StreamStore.builder()
                .storage(dir.resolve("objects").toUri())
                .wal(URI.create("block:" + dir.resolve("wal") + "?capacity=64MiB"))
                .nodeId(0)
                .open();
        long id = store.createStream(CreateOptions.named("offsets")).join();
        Stream stream = store.openStream(id, OpenOptions.owner()).join();
        TopicPartition name = new TopicPartition(GroupCoordinators.TOPIC, 0);
        long producers = store.createStream(CreateOptions.named("producers")).join();
        opener = new PartitionLogs(store, LogSettings.DEFAULTS, Clock.systemUTC());
        PartitionLog partition =
                opener.open(name, Uuid.ONE_UUID, stream, producers).join();
        OffsetsLogs logs = new OffsetsLogs(Long.MAX_VALUE);
        logs.add(partition);
        log = logs.get(name);
        ModelCoordinator loaded = new ModelCoordinator();
        try (OffsetsLoader loader = new OffsetsLoader(logs)) {
            loader.load(name, loaded).join();
        }
        assertThat(loaded.state()).isEqualTo(coordinator.state());
        coordinator = loaded;
    }

    /** Stops as a crash does, when all appends are durable; opens again, and checks that the state is the same. */
    void crash() {
        log.log().stream().whenDurable(log.log().stream().nextOffset()).join();
        store.close(Duration.ZERO).join();
        opener.close();
        open();
    }

    OffsetsLog log() {
        return log;
    }

    ModelCoordinator coordinator() {
        return coordinator;
    }

    ExecutorService executor() {
        return executor;
    }

    long startOffset() {
        return log.log().stream().startOffset();
    }

    long records() {
        return log.log().stream().nextOffset() - startOffset();
    }

    void commit(String group, long offset) {
        append(-1, record(group, offset));
    }

    void delete(String group) {
        append(-1, GroupCoordinatorRecordHelpers.newOffsetCommitTombstoneRecord(group, "topic", 0));
    }

    void commitIn(long transaction, String group, long offset) {
        append(transaction, record(group, offset));
    }

    private static CoordinatorRecord record(String group, long offset) {
        return GroupCoordinatorRecordHelpers.newOffsetCommitRecord(
                group,
                "topic",
                0,
                new OffsetAndMetadata(offset, OptionalInt.empty(), "", 1, OptionalLong.empty(), Uuid.ZERO_UUID));
    }

    private void append(long producerId, CoordinatorRecord record) {
        SimpleRecord bytes = new SimpleRecord(1, SERDE.serializeKey(record), SERDE.serializeValue(record));
        MemoryRecords batch = producerId < 0
                ? MemoryRecords.withRecords(Compression.NONE, bytes)
                : MemoryRecords.withTransactionalRecords(Compression.NONE, producerId, EPOCH, 0, bytes);
        VerificationGuard guard = producerId < 0
                ? null
                : log.log()
                        .beginVerification(producerId, EPOCH, RecordBatch.NO_SEQUENCE, false)
                        .orElse(null);
        coordinator.replay(coordinator.written(), producerId, EPOCH, record);
        append(batch, guard);
    }

    void end(long transaction, TransactionResult result) {
        ControlRecordType type =
                result == TransactionResult.COMMIT ? ControlRecordType.COMMIT : ControlRecordType.ABORT;
        coordinator.replayEndTransactionMarker(transaction, EPOCH, result);
        append(MemoryRecords.withEndTransactionMarker(transaction, EPOCH, new EndTransactionMarker(type, 0)), null);
    }

    private void append(MemoryRecords batch, @Nullable VerificationGuard guard) {
        long position = log.append(batch, guard, OffsetsLog.NO_MARKER);
        assertThat(position).isEqualTo(coordinator.written() + 1);
        coordinator.updateLastWrittenOffset(position);
    }

    @Override
    public void close() {
        store.close();
        opener.close();
        executor.shutdown();
    }
}
