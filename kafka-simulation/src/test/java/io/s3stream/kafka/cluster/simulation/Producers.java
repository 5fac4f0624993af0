package io.s3stream.kafka.cluster.simulation;

import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.partition.PartitionLog;
import io.s3stream.testkit.sim.Simulator;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/**
 * The clients of all partitions. A client asks a random broker for the leader, sends a record to it and waits for the
 * acknowledgement, but not for long. It makes no blocking call.
 */
final class Producers {

    private static final long INTERVAL_NANOS = 150_000_000;
    private static final long NETWORK_NANOS = 500_000;
    private static final long TIMEOUT_NANOS = 3_000_000_000L;
    private static final int MAX_BYTES = 1 << 20;
    private static final int RECORD_BYTES = 100;

    private final BrokerWorld world;
    private final Simulator simulator;
    private final Fleet fleet;
    private final Ledger ledger;

    Producers(BrokerWorld world, Fleet fleet, Ledger ledger) {
        this.world = world;
        this.simulator = world.simulator();
        this.fleet = fleet;
        this.ledger = ledger;
    }

    void begin(TopicPartition partition) {
        new Client(partition).later();
    }

    private final class Client {

        private final TopicPartition partition;
        private long call;

        Client(TopicPartition partition) {
            this.partition = partition;
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
            Optional<SimulatedBroker> leader = asked == null
                    ? Optional.empty()
                    : asked.cluster().view().leader(partition).map(address -> fleet.broker(address.id()));
            if (leader.isEmpty() || !leader.get().isAlive()) {
                later();
                return;
            }
            SimulatedBroker broker = leader.get();
            simulator.after(
                    simulator.latency(NETWORK_NANOS),
                    "produce",
                    () -> broker.process().whenRunning(() -> produce(broker, mine)));
            simulator.after(TIMEOUT_NANOS, "produce timed out", () -> {
                if (call == mine) {
                    simulator.count("produce timed out");
                    later();
                }
            });
        }

        private void produce(SimulatedBroker broker, long mine) {
            Optional<PartitionLog> found = !broker.isServing()
                    ? Optional.empty()
                    : broker.cluster().view().partition(partition).flatMap(state -> log(broker, state));
            if (found.isEmpty()) {
                answered(mine);
                return;
            }
            PartitionLog log = found.get();
            long record = ledger.send(partition);
            ByteBuffer value = ByteBuffer.allocate(RECORD_BYTES).putLong(0, record);
            MemoryRecords records = MemoryRecords.withRecords(
                    Compression.NONE, new SimpleRecord(broker.process().currentTimeMillis(), null, value.array()));
            log.append(records, MAX_BYTES)
                    .thenCompose(appended -> appended.durable().thenApply(durable -> appended))
                    .whenComplete((appended, error) -> {
                        if (error == null) {
                            ledger.acknowledge(
                                    partition, record, appended.baseOffset(), log.leaderEpoch(), broker.id());
                        } else {
                            simulator.count("append failed");
                        }
                        answered(mine);
                    });
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
