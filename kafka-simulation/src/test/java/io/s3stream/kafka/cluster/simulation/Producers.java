package io.s3stream.kafka.cluster.simulation;

import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.partition.PartitionLog;
import io.s3stream.testkit.sim.Simulator;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;

/**
 * The clients of all partitions: idempotent producers. A client asks a random broker for the leader, sends a record to it and
 * waits for the acknowledgement, but not for long. It repeats the record, with its sequence, until it is acknowledged. The
 * timestamps of a client may be of any time. It makes no blocking call.
 */
final class Producers {

    private static final long INTERVAL_NANOS = 150_000_000;
    private static final long NETWORK_NANOS = 500_000;
    private static final long TIMEOUT_NANOS = 3_000_000_000L;
    private static final int MAX_BYTES = 1 << 20;
    private static final int RECORD_BYTES = 100;

    /** How long ago the events of a client happened. */
    private static final List<Duration> AGES =
            List.of(Duration.ZERO, Duration.ofDays(2), Duration.ofDays(400), Duration.ofDays(-30));

    private final BrokerWorld world;
    private final Simulator simulator;
    private final Fleet fleet;
    private final Ledger ledger;
    private long clients;

    Producers(BrokerWorld world, Fleet fleet, Ledger ledger) {
        this.world = world;
        this.simulator = world.simulator();
        this.fleet = fleet;
        this.ledger = ledger;
    }

    void begin(TopicPartition partition) {
        new Client(partition, clients++, AGES.get(simulator.random().nextInt(AGES.size()))).later();
    }

    /** A record that is not acknowledged. */
    private record Pending(long number, int sequence) {}

    private final class Client {

        private final TopicPartition partition;
        private final long producerId;
        private final Duration age;
        private long call;
        private int nextSequence;
        private long newestEpoch;
        private @Nullable Pending pending;

        Client(TopicPartition partition, long producerId, Duration age) {
            this.partition = partition;
            this.producerId = producerId;
            this.age = age;
        }

        private void later() {
            long mine = ++call;
            simulator.after(simulator.latency(INTERVAL_NANOS), "client", () -> send(mine));
        }

        private void send(long mine) {
            if (call != mine) {
                return;
            }
            SimulatedBroker asked = fleet.any(fleet.serving());
            Optional<SimulatedBroker> leader =
                    asked == null ? Optional.empty() : leader(asked.cluster().view());
            if (leader.isEmpty() || !leader.get().isAlive()) {
                later();
                return;
            }
            SimulatedBroker broker = leader.get();
            boolean isRepeated = pending != null;
            Pending sent = isRepeated ? pending : new Pending(ledger.send(partition), nextSequence++);
            pending = sent;
            simulator.after(
                    simulator.latency(NETWORK_NANOS),
                    "produce",
                    () -> broker.process().whenRunning(() -> produce(broker, sent, isRepeated, mine)));
            simulator.after(TIMEOUT_NANOS, "produce timed out", () -> {
                if (call == mine) {
                    simulator.count("produce timed out");
                    later();
                }
            });
        }

        /** As Kafka's clients, this one does not return to a leader of an older epoch, which a cut off broker may name. */
        private Optional<SimulatedBroker> leader(ClusterView view) {
            Optional<PartitionState> state =
                    view.partition(partition).filter(present -> present.epoch() >= newestEpoch);
            state.ifPresent(present -> newestEpoch = present.epoch());
            return state.flatMap(present -> view.leader(partition)).map(address -> fleet.broker(address.id()));
        }

        private void produce(SimulatedBroker broker, Pending sent, boolean isRepeated, long mine) {
            Optional<PartitionLog> found = !broker.isServing()
                    ? Optional.empty()
                    : broker.cluster().view().partition(partition).flatMap(state -> log(broker, state));
            if (found.isEmpty()) {
                answered(mine);
                return;
            }
            PartitionLog log = found.get();
            ByteBuffer value = ByteBuffer.allocate(RECORD_BYTES).putLong(0, sent.number());
            long timestamp = broker.process().currentTimeMillis() - age.toMillis();
            MemoryRecords records = MemoryRecords.withIdempotentRecords(
                    Compression.NONE,
                    producerId,
                    (short) 0,
                    sent.sequence(),
                    new SimpleRecord(timestamp, null, value.array()));
            log.append(records, MAX_BYTES)
                    .thenCompose(appended -> appended.durable().thenApply(durable -> appended))
                    .whenComplete((appended, error) -> {
                        if (error == null) {
                            ledger.acknowledge(
                                    partition,
                                    appended.baseOffset(),
                                    new Ledger.Ack(sent.number(), log.leaderEpoch(), broker.id(), isRepeated));
                            pending = sent.equals(pending) ? null : pending;
                        } else {
                            failed(sent, error);
                        }
                        answered(mine);
                    });
        }

        /** A client with a single record in flight never leaves a gap. */
        private void failed(Pending sent, Throwable error) {
            simulator.count("append failed");
            Throwable cause = error instanceof CompletionException ? error.getCause() : error;
            if (cause instanceof OutOfOrderSequenceException) {
                world.violated(partition + ": a broker does not know the batches before " + sent + ": " + cause);
            }
        }

        private Optional<PartitionLog> log(SimulatedBroker broker, PartitionState state) {
            return broker.cluster().log(state);
        }

        private void answered(long mine) {
            if (call == mine && !world.isClientsEnded()) {
                later();
            }
        }
    }
}
