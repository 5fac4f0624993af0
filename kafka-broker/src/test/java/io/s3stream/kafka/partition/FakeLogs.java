package io.s3stream.kafka.partition;

import io.s3stream.kafka.producers.ProducerSnapshot;
import io.s3stream.kafka.producers.ProducerSnapshots;
import io.s3stream.kafka.producers.ProducerStates;
import io.s3stream.kafka.producers.SnapshotWriter;
import java.time.Clock;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/** Empty logs on streams that a test controls. */
public final class FakeLogs {

    private FakeLogs() {}

    /** A log that writes no snapshot. */
    public static PartitionLog on(TopicPartition name, FakeStream stream) {
        LogContext context =
                new LogContext(LogSettings.DEFAULTS, Clock.systemUTC(), new AppendBudget(1 << 20), Runnable::run);
        return PartitionLog.create(
                name,
                Uuid.randomUuid(),
                stream,
                new ProducerStates(ProducerSnapshot.EMPTY, 0, 1000),
                new SnapshotWriter(stream, new ProducerSnapshots(new FakeStream()), Long.MAX_VALUE, Runnable::run, 0),
                context);
    }
}
